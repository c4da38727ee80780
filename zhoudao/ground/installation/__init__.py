"""One company, one row: its name and the clock all its processes agree on."""
