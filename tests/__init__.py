"""Tests of the product as a whole; those of one part sit beside it."""
