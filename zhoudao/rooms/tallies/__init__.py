"""Figures counted once and kept counted: what the boards show costs days and groups, not cases."""
