"""Members, skills, shifts, calendars."""
