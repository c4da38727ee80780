"""The search: one box over cases, messages, notes and customers."""
