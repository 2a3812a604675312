"""Programmes, cohorts and enrolments."""
