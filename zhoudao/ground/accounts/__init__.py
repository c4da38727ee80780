"""Who may do what: users, roles, stores, teams, tokens."""
