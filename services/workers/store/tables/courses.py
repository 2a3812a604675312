"""Courses: modules, practice and how far each person has come in them."""
