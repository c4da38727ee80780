"""A store's counter: colleagues write down what customers say there; nothing is sent there."""
