"""The demo: companies, jobs on real input, and simulated graduates who work; all through the public API."""
