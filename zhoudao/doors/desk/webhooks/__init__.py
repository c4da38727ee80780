"""Webhooks in settings: who is told of what, what became of it, and sending again."""
