"""Finding products, and reading one whole."""
