"""Macros, and doing the same to many cases."""
