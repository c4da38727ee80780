"""What is done to get goods out of the house."""
