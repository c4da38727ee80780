"""End to end: what a customer, an agent and an operator live through with the product that really runs."""
