"""The kinds of courier services: strangers to each other."""
