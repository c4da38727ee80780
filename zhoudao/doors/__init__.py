"""The only code that knows HTTP, HTML, SMTP, files or what time it is."""
