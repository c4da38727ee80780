"""Visits of engineers: the day of all, one visit, an engineer's own way, the network."""
