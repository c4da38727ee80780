"""Messages and threads."""
