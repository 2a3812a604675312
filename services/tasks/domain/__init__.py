"""Values and decisions of the tasks service; no I/O, no framework."""
