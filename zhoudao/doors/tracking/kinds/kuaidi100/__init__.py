"""Platforms that speak as 快递100 does."""
