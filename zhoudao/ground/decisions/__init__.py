"""Versioned decision tables."""
