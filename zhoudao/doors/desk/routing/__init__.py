"""Lines before the teams, the people who serve them, and why a case is where it is."""
