"""Sending back and complaining, for an order's own customer: asked for, answered at once, followed to the money."""
