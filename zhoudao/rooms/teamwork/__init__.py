"""What colleagues keep and share for their daily work on cases."""
