"""What cases cost their customers: figures, one case, one customer."""
