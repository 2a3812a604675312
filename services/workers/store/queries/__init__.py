"""Every statement on the workers database, one named function each."""
