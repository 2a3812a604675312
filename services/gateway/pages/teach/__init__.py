"""The pages of trainers."""
