"""The quality of goods: what comes back and why, what it costs, and what is done about a fault that rises."""
