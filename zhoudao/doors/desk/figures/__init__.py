"""Figures and targets: their days, what is usual, what they are to reach, and what to do when they do not."""
