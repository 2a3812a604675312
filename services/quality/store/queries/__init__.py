"""One named function per statement, by subject; what they give are domain values, never rows."""
