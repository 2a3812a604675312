"""The pages of companies: their jobs from the first line to the results, and their funds."""

from services.gateway.pages.company import data, edit, job, jobs, money, publish, results

__all__ = ["data", "edit", "job", "jobs", "money", "publish", "results"]
