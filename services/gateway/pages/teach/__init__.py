"""The pages of trainers."""

from services.gateway.pages.teach import cohort, cohorts, course

__all__ = ["cohort", "cohorts", "course"]
