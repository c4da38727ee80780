"""Orders: the list, one order, and a person's or a case's."""
