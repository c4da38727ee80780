"""The knowledge base on the desk: articles written, reviewed and read, and what is to be written next."""
