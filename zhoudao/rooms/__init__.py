"""The business, one app each."""
