"""The embedded engine: completion learned from the person's own code, in process, offline, without a key."""
