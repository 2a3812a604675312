"""Values and decisions about accounts. No input or output, no framework."""
