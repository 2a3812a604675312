"""`ilgam shift`: a small real shift of simulated graduates on real pictures, through the public API."""
