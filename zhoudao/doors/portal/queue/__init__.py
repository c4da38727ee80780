"""A store's queue on the customer's own phone, and on the store's wall."""
