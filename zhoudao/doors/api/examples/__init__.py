"""Lines for other people to copy."""
