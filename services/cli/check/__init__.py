"""`ilgam check`: whether what the services say about answers, items and money agrees."""
