"""Every statement on the accounts database, one named function each."""
