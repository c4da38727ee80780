"""Programs that post messages with a token and fetch the answers."""
