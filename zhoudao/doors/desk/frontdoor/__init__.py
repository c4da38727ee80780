"""The customer's front door as the company keeps it: tiles, keys of its own apps, the gateway for text messages."""
