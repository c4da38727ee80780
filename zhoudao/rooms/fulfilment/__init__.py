"""Fulfilment: where goods lie, waves that fetch them, what is scanned on the way, and totes that become parcels."""
