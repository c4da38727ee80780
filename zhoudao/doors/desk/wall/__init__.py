"""The wall display: read from five metres, turned by itself, renewed by the live stream."""
