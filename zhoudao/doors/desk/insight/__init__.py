"""Process intelligence: reports of how work really goes, of our own events and of other logs."""
