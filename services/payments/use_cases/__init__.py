"""What payments does: gather under locks, decide, book once."""
