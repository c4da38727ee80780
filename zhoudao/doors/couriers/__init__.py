"""Where courier services are told to fetch parcels, asked, and heard: one folder a kind, all of one shape."""
