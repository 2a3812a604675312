"""`ilgam replay`: runs recorded crowd answers as a paid job through the public API."""
