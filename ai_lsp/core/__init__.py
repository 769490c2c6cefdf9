"""The types that flow through the house. Imports nothing of ours, does no input or output, never raises on bad input."""
