"""What is done with prepaid numbers."""
