"""Values and decisions about people who label. No input or output, no framework."""
