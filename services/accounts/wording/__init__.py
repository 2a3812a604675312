"""What people are told, in words: one place for the pages and the e-mails."""
