"""Telling colleagues what concerns them: at the desk, by mail, or not at all, as they choose."""
