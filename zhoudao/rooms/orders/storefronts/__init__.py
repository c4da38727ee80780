"""Online shops that post their orders to us: what is kept of them, what each kind needs, what they say of an order."""
