"""Cases, promises, routing."""
