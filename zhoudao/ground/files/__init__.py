"""Content-addressed, encrypted files."""
