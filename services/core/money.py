"""Won: whole numbers only (ISO 4217 gives KRW no minor unit)."""

from __future__ import annotations

PERCENT = 100


def fee_of(price_krw: int, percent: int) -> int:
    """The platform's fee on a price in whole won, rounded up, so that a small price still carries one."""
    return -(-price_krw * percent // PERCENT)


def vat_of(fee_krw: int, percent: int) -> int:
    """VAT on a fee in whole won, rounded down (National Treasury Funds Management Act, article 47)."""
    return fee_krw * percent // PERCENT


def hourly(earned_krw: int, active_seconds: float) -> int:
    """Won per hour for what was earned in the given active seconds; 0 when nothing was measured."""
    return int(earned_krw * 3600 / active_seconds) if active_seconds > 0 else 0
