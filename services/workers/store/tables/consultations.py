"""Consultations between graduates and companies, pools and offers."""
