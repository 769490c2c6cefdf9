"""The only door to the network: clients, the origin guard, secrets on their way out, streams of events on their way in."""
