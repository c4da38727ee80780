"""The kinds of payment services: strangers to each other."""
