"""Changes pushed to open pages: the one ASGI process."""
