"""Asking for codes, coming in, going out, and laying the tiles."""
