"""What is known of prepaid numbers."""
