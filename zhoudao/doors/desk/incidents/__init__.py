"""Incidents at the desk: the list, one incident, its cases, and what is said or done to all of them."""
