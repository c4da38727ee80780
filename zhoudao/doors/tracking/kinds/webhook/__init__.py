"""Any system that signs as Standard Webhooks says."""
