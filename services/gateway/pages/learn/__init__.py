"""The pages of those who learn: programmes, course, exams, certificates, consultations."""

from services.gateway.pages.learn import certificates, consultations, course, enrolments, exam, offers, practice, way

__all__ = ["certificates", "consultations", "course", "enrolments", "exam", "offers", "practice", "way"]
