"""What customers say of us."""
