"""Where a customer says how it was."""
