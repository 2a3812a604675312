"""The pages of accounts by their addresses, for strangers and for people who are signed in."""

from __future__ import annotations

from tests.browser.world import World


def stranger_places(_world: World) -> list[str]:
    """Pages of people without an account, or who cannot sign in."""
    return [
        "/sign-up", "/sign-up/sent", "/recover", "/recover/sent", "/recover/new?code=made-up", "/recover/done",
        "/terms", "/privacy", "/closed",
    ]  # fmt: skip


def account_places(_world: World) -> list[str]:
    """Pages of anybody who is signed in."""
    return [
        "/account", "/account?done=name", "/account/password", "/account/verify", "/account/sessions",
        "/account/consents", "/account/consents?next=%2Fwork", "/account/close",
    ]  # fmt: skip
