"""Certificates as signed credentials: the key pairs, and what signs with them."""
