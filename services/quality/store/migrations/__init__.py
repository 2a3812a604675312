"""migrations of the quality service, linear."""
