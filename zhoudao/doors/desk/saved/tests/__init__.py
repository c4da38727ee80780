"""Saved views, as colleagues meet them."""
