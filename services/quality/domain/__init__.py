"""Values and decisions of quality: pure functions, no I/O, no framework."""
