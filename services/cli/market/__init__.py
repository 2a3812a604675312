"""What replay, run and bench do alike through the public API: open a company, get people in, publish a job."""
