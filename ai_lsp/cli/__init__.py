"""The only door to a terminal: one file a command."""
