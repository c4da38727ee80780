"""What customers write about: what is proposed, how often people agree, and what the model is."""
