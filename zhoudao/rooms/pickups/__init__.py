"""Pick-ups: a courier we order fetches what comes back, at the day and time its customer chose."""
