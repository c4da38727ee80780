"""Products for customers: one whole, several side by side, and the guide to the right one."""
