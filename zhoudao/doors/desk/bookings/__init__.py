"""Bookings at the desk: made for a customer, a store's day, what came of each, and what can be booked."""
