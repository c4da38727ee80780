"""After-sales: what customers send back or want back, by which policy, what was found, and the money of it."""
