"""Returns and refunds: listed, decided, taken in, inspected, paid back."""
