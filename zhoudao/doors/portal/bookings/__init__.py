"""Booking a time on the customer's own phone: choose, say what it is about, see it, move it, cancel it."""
