"""Statements, one named function each, by subject."""
