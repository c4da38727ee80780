"""Cases that colleagues open themselves."""
