"""Saying what products are: kinds, products, pictures, faults."""
