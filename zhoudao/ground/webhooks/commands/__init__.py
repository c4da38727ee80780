"""What is done with webhooks: managing, handing on, sending, replaying."""
