"""Pages of devices and repairs: the list, one repair on one screen, the bench, a customer's devices, the signature."""
