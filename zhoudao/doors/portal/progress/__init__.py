"""Where a customer sees how their case stands."""
