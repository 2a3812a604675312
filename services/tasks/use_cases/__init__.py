"""What the tasks service does, one file per verb: gather, decide, apply."""
