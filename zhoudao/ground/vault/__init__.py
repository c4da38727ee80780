"""Encrypted personal fields, data keys, blind index."""
