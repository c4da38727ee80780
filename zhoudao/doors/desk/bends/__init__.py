"""Bending one running case, what was bent, and how far each role may."""
