"""WeChat official accounts: callbacks in plain or encrypted XML, passive replies, customer-service messages, media."""
