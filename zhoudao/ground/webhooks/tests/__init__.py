"""Webhooks out, checked."""
