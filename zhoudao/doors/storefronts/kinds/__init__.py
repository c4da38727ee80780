"""The kinds of online shops."""
