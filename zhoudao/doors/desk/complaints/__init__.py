"""Complaints at the desk: the answer on record, what they come from, and the list of causes."""
