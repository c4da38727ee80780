"""The counter of a store: finding who stands there, their history on all channels, writing down what they say."""
