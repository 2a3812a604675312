"""Tables, statements and migrations of quality."""
