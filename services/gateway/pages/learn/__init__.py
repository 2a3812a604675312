"""The pages of those who learn: programmes, course, exams, certificates, consultations."""

from services.gateway.pages.learn import certificates, exam, way

__all__ = ["certificates", "exam", "way"]
