"""Work that spans rooms."""
