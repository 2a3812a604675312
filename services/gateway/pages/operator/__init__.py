"""The pages of operators: how work and money flow, people, companies, jobs, and the system's health."""

from services.gateway.pages.operator import (
    cohorts,
    companies,
    events,
    exams,
    items,
    jobs,
    journeys,
    people,
    programmes,
    standing,
    throughput,
)

__all__ = [
    "cohorts",
    "companies",
    "events",
    "exams",
    "items",
    "jobs",
    "journeys",
    "people",
    "programmes",
    "standing",
    "throughput",
]
