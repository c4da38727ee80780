"""What this room promises, checked."""
