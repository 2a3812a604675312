"""Where calls and events come in: convert, call one use case, convert back."""
