"""Telling other systems: what is due is posted, signed, by jobs of a queue of their own."""
