"""Prepaid return labels: a customer sends a return at our cost, under a number of a pool, each used once."""
