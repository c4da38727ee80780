"""What is asked of the knowledge base."""
