"""What is done with the register, one file a matter."""
