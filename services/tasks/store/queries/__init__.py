"""Statements by subject, one named function each."""
