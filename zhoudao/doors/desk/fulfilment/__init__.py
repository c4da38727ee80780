"""Goods on their way out of the house: waves, stations for scanners, what is put back, and how well it goes."""
