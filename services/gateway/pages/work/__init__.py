"""The pages of those who label."""

from services.gateway.pages.work import answers, bench, bench_acts, home, jobs, me, money, recap

__all__ = ["answers", "bench", "bench_acts", "home", "jobs", "me", "money", "recap"]
