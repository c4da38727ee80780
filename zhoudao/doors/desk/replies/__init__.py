"""Canned replies: the page to write them, the list in the composer."""
