"""What figures are to reach, from what was usual when it was said; alarms, causes, improvements and reports on them."""
