"""Telling other systems what happened: who wants to hear of what, and how far each has heard."""
