"""A screen at the store's entrance: check in, see how it stands, drop something off."""
