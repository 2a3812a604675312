"""The pages, a module or folder for each audience."""
