"""The tables of payments and every statement on them."""
