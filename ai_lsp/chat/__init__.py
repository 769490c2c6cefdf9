"""Chat and commands: from a question about code to messages for a model, and from its reply to text that may be shown."""
