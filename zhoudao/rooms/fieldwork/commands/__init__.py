"""What changes visits and the network."""
