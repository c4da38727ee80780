"""What happened: append-only, the source of every timeline and figure."""
