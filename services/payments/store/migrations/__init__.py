"""Migrations of the payments service, linear."""
