"""Where messages come in from outside, and where our answers go out."""
