"""Mail: IMAP in, SMTP out. `reader` and what it imports run in a process of their own, without Django."""
