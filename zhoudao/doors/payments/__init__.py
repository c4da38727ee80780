"""Where payment services are told to pay refunds back, asked, and heard: one folder a kind, all of one shape."""
