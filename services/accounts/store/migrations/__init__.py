"""The history of the accounts database, linear."""
