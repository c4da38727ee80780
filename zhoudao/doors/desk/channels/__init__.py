"""The channels page: how each fares, and what to do about it."""
