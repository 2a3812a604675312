"""The account's pages: signing up, verifying an address, a new password, sessions, consents, own data, the end."""

from services.gateway.pages.account import closing, consents, export, me, notices, recover, sessions, sign_up

__all__ = ["closing", "consents", "export", "me", "notices", "recover", "sessions", "sign_up"]
