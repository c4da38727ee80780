"""Pages for customers: the chat widget, progress, rating."""
