"""Products: what they are, how they differ, what is known to go wrong, and questions that narrow a need to a few."""
