"""`ilgam bench`: what claims and the whole cycle cost, measured on an Ilgam of its own."""
