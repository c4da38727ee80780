"""Orders out of lists people keep in files: which column says what, and what a row says."""
