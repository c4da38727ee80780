"""The improvement register on the desk: board, initiatives, suggestions."""
