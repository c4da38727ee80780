"""What pages show of bookings."""
