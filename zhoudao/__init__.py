"""Zhoudao (周到): customer service that improves itself."""
