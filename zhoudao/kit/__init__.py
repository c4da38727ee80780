"""A few small helpers everything may use."""
