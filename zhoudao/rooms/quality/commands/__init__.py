"""What is done about the quality of goods."""
