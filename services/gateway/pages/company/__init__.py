"""The pages of companies: their jobs from the first line to the results, and their funds."""

from services.gateway.pages.company import (
    consultations,
    data,
    edit,
    item_examples,
    items,
    job,
    jobs,
    money,
    pool,
    publish,
    results,
)

__all__ = [
    "consultations",
    "data",
    "edit",
    "item_examples",
    "items",
    "job",
    "jobs",
    "money",
    "pool",
    "publish",
    "results",
]
