"""Where an order is, for its customer: behind a link nobody guesses, or by number and telephone."""
