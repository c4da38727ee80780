"""Telephone calls: noting one by hand, the cases of who rings, and the last ones."""
