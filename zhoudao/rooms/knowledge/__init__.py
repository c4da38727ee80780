"""The knowledge base: articles for customers and staff, who approved them, what was looked for and not found."""
