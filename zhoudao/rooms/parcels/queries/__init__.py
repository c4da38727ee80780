"""What is asked of parcels."""
