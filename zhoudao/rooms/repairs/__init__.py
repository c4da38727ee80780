"""Repairs: devices with their warranties, and how they are put right, from the customer's photo to the signature."""
