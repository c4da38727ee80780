"""What is known of stock."""
