"""The pages of operators: how work and money flow, people, companies, jobs, and the system's health."""

from services.gateway.pages.operator import companies, events, exams, jobs, journeys, people, standing, throughput

__all__ = ["companies", "events", "exams", "jobs", "journeys", "people", "standing", "throughput"]
