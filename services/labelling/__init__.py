"""Label schemas and annotations: what is asked, what was answered, and how alike two answers are. Pure; all share it."""
