"""The tasks service: jobs, items, claims and answers."""
