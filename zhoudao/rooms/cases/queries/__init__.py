"""Which cases, shaped for pages."""
