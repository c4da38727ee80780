"""Codes that prove an address of a customer, on their way there."""
