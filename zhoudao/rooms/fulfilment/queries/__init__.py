"""What is known of goods on their way out of the house."""
