"""The history of the workers database, linear."""
