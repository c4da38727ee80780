"""Errands: asking another department from a case, and answering what one's own is asked."""
