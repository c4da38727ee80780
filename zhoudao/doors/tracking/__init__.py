"""Where carriers and platforms tell us where parcels are, and are asked: one folder a kind, all of one shape."""
