"""What is offered: products with price, stock and faults, read from the rooms that own them; and the guide to them."""
