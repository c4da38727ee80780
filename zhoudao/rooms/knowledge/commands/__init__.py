"""What can be done in the knowledge base."""
