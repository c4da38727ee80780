"""The order board: from placing to the door in figures, each with what is behind it."""
