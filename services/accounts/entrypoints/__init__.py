"""Where calls come in: the servicer, and what turns messages into values and back."""
