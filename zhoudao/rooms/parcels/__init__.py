"""Parcels: what left with a carrier for an order, where it is, and when it arrives."""
