"""The kinds of sources: strangers to each other."""
