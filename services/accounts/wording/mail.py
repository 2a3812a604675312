"""The e-mails of sign-up, verification and new passwords, in the language of their reader."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from services.accounts.domain.accounts import DEFAULT_LANGUAGE
from services.accounts.domain.mail import SECRET_PLACE, Letter, MailKind

LANGUAGES: Final = ("ko", "en")
_FOLDER: Final = Path(__file__).parents[1] / "i18n"


@dataclass(frozen=True)
class MailWords:
    """What e-mails say, and the address of the pages that they lead to (without a slash at its end)."""

    public_url: str
    texts: dict[str, dict[str, str]]

    def verify(self, language: str, code_sealed: bytes) -> Letter:
        """The code that verifies an address."""
        return self._letter(MailKind.VERIFY, "verify", language, code_sealed)

    def reset(self, language: str, token_sealed: bytes) -> Letter:
        """The link for a new password."""
        return self._letter(MailKind.RESET, "reset", language, token_sealed)

    def account_exists(self, language: str) -> Letter:
        """To the owner of an address with which somebody signed up once more."""
        return self._letter(MailKind.ACCOUNT_EXISTS, "exists", language)

    def password_changed(self, language: str) -> Letter:
        """To the owner, after a new password was set."""
        return self._letter(MailKind.PASSWORD_CHANGED, "password_changed", language)

    def _letter(self, kind: MailKind, name: str, language: str, secret_sealed: bytes | None = None) -> Letter:
        texts = self.texts[language or DEFAULT_LANGUAGE]
        body = texts[f"{name}.body"].format(
            secret=SECRET_PLACE,
            link=f"{self.public_url}{'/recover/new' if kind is MailKind.RESET else '/account/verify'}",
            sign_in=f"{self.public_url}/sign-in",
            recover=f"{self.public_url}/recover",
        )
        return Letter(kind, texts[f"{name}.subject"], body, secret_sealed, verified_only=False)


def load_mail_words(public_url: str) -> MailWords:
    """The words of every language."""
    texts = {
        language: json.loads((_FOLDER / f"mail.{language}.json").read_text(encoding="utf-8")) for language in LANGUAGES
    }
    return MailWords(public_url, texts)
