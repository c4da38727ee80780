"""Complaints: how each was answered, and what they come from again and again."""
