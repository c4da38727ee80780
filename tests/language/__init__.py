"""What the engines of language are measured on, apart from what they learn from."""
