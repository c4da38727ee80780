"""Canned replies, as a colleague meets them."""
