"""Orders: what was bought, for how much, by whom, and where it stands."""
