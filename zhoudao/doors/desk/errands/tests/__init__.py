"""Errands, as both sides meet them."""
