"""Webhooks in settings, checked."""
