"""The help page: what customers need, and a form for it that works without JavaScript."""
