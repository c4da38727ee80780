"""Everything that arrived, and what became of it."""
