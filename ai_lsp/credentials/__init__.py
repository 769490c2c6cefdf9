"""Keys: the only room that finds them. They leave it as `Secret`s, each bound to the origin that it may be sent to."""
