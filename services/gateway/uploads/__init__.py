"""Reading the files that companies upload: which letters, which columns, which rows. Knows no page and no service."""
