"""Bookings: times promised to customers in a store or by phone, kept, moved, or missed."""
