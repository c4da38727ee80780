"""The service network, and engineers who go to customers."""
