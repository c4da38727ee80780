"""Process intelligence over the event log: it reads everything and changes no room."""
