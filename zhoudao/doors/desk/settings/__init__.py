"""People, channels, promises, calendars, tokens, and one own profile."""
