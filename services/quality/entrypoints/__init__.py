"""Where calls and events come in: they convert and begin transactions."""
