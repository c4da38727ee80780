"""The tasks Procrastinate knows: each door's own module is imported here."""
