"""Notices, checked."""
