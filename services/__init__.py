"""Ilgam: a marketplace for paid labelling work, one package per process and two that all share."""
