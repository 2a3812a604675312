"""What the e-mails of this service are written with: words, and the vault that seals what is secret in them."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from uuid import UUID

from services.accounts.credentials import secrets
from services.accounts.domain.accounts import Account
from services.accounts.domain.mail import Letter
from services.accounts.use_cases.send_mail import SEAL_ID
from services.accounts.wording.mail import MailWords
from services.runtime.vault import Vault


@dataclass(frozen=True)
class Desk:
    """Writes letters."""

    words: MailWords
    vault: Vault = field(repr=False)

    def verification(self, account: Account) -> tuple[Letter, bytes]:
        """A letter with a new code for an account, and the code's digest."""
        code = secrets.new_verification_code()
        return self.words.verify(account.language, self._seal(code)), self._digest(account.account_id, code)

    def is_code(self, account_id: UUID, code: str, digest: bytes) -> bool:
        """Whether a typed code is the one with that digest."""
        return hmac.compare_digest(self._digest(account_id, code), digest)

    def reset(self, language: str) -> tuple[Letter, bytes]:
        """A letter with a new link for a new password, and the digest of its token."""
        token = secrets.new_refresh_token()
        return self.words.reset(language, self._seal(token)), secrets.digest(token)

    def _seal(self, secret: str) -> bytes:
        return self.vault.seal(SEAL_ID, secret.encode())

    def _digest(self, account_id: UUID, code: str) -> bytes:
        # Keyed: six digits could be found from a plain digest.
        return bytes.fromhex(self.vault.mark(f"verification:{account_id}:{code}"))
