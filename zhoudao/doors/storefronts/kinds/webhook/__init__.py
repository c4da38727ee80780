"""Any shop that signs as Standard Webhooks says, in our own words."""
