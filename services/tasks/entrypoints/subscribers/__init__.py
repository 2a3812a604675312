"""What to do with each event that tasks listens to."""
