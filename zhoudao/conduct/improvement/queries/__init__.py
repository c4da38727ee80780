"""What is read of the register, shaped for its pages."""
