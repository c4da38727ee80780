"""One folder a kind of channel; strangers to each other."""
