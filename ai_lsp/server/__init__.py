"""The only door to the Language Server Protocol: messages of an editor in, calls into the house, answers out."""
