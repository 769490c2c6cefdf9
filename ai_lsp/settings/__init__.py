"""Settings: one typed schema, layers, and where each value comes from."""
