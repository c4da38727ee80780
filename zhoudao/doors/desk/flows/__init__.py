"""Flows at the desk: steps to do, versions, what is stuck."""
