"""What is done with visits and queues."""
