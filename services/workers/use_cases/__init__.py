"""One file per verb: gather, decide, apply. They take an open transaction."""
