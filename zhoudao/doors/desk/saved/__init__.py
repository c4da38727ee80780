"""Saved views: below the fixed ones, and the sheet in which they are put together."""
