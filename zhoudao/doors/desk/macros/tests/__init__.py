"""Macros and batches, as colleagues meet them."""
