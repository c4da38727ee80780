"""Incidents: many cases with one cause, told, worked on, closed and looked back on together."""
