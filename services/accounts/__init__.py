"""Who may sign in: accounts, sessions, organisations, keys. It alone knows addresses, passwords and names."""
