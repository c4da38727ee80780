"""Narrowing what there is to a few that fit what somebody needs, and saying why. Pure."""
