"""Pilots: a change tried in some stores, from the plan to the decision."""
