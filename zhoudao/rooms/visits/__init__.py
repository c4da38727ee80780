"""Visits to a store: numbers taken, called and served, with the time each step took."""
