"""The front door: services by need, and everything of a customer's own in one place."""
