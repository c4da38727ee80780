"""Customers at the desk: finding them, and one page for each."""
