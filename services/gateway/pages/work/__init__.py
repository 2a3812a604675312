"""The pages of those who label."""
