"""The workspace: list, thread, customer."""
