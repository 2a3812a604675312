"""Migrations of the tasks service, linear."""
