"""The pages of those who label."""

from services.gateway.pages.work import answers, home, jobs, me, money

__all__ = ["answers", "home", "jobs", "me", "money"]
