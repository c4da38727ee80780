"""The quality of goods: what comes back and why, with the returns behind every figure."""
