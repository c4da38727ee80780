"""Finding orders."""
