"""What quality does, one file a verb: gather, decide, apply."""
