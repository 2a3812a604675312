"""Decisions about money: pure functions on frozen values."""
