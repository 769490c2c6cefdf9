"""The only door to the Language Server Protocol."""
