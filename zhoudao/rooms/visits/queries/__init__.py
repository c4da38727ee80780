"""What pages show of visits."""
