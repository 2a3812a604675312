"""The pages of those who learn: programmes, course, exams, certificates, consultations."""
