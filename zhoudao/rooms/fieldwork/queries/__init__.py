"""What is asked of visits and the network."""
