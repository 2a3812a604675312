"""The tables of workers and the statements on them."""
