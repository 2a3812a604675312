"""Tables, statements and migrations of the tasks service."""
