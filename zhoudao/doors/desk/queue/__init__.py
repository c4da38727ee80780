"""A store's queue at the desk: who waits, who is served, and how it is set up."""
