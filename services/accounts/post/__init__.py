"""How e-mails leave the house: through a mail server, or into a folder where none is set."""
