"""Handbooks at the desk: read, printed, approved, and who has read them."""
