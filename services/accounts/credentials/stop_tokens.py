"""Tokens in e-mails that switch off one group of them for one person, without a sign-in.

They last: an old e-mail's link must still work. They can do nothing else.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from services.runtime.vault import Vault

_ID_BYTES = 16
_MARK_BYTES = 16
_TOKEN_BYTES = _ID_BYTES + 1 + _MARK_BYTES


class StopTokens:
    """Makes and reads the tokens, keyed with the installation's own key."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def make(self, account_id: UUID, group: int) -> str:
        """The token for a person and a group, URL-safe; the same each time."""
        said = account_id.bytes + bytes([group])
        return base64.urlsafe_b64encode(said + self._mark(said)).decode()

    def read(self, token: str) -> tuple[UUID, int] | None:
        """The person and the group of a token; None when it is none of ours."""
        try:
            given = base64.b64decode(token, altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            return None
        said, mark = given[: _ID_BYTES + 1], given[_ID_BYTES + 1 :]
        if len(given) != _TOKEN_BYTES or not hmac.compare_digest(mark, self._mark(said)):
            return None
        return UUID(bytes=said[:_ID_BYTES]), said[_ID_BYTES]

    def _mark(self, said: bytes) -> bytes:
        return bytes.fromhex(self._vault.mark(f"stop e-mails {said.hex()}"))[:_MARK_BYTES]
