"""Pure calculation: no Django, strangers to each other."""
