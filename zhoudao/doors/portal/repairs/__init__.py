"""A customer's repairs: asked for from their order's page, and where they stand."""
