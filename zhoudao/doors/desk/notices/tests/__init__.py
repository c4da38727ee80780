"""Notices, as colleagues meet them."""
