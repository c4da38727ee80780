"""Products at the desk: found, read, compared, kept, and narrowed to what a customer needs."""
