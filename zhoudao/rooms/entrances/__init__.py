"""How customers come in: the front door's tiles, codes that prove an address, and who is signed in where."""
