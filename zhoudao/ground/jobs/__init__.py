"""Background work: heartbeats and the sweeper's rows."""
