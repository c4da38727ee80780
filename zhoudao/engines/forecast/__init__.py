"""What is still to come of a case, how long it takes and whether a promise breaks, and how far that can be believed."""
