"""What somebody is told: the bell, the list, and how they want it."""
