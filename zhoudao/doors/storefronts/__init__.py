"""Where online shops post their orders: one folder a kind, all of one shape."""
