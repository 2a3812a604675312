"""Where calls and events come in, and what turns messages into values and back."""
