"""Accounts and roles: who a person is to the system, and what they may do."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

EMAIL_LENGTH_MAX = 254
DISPLAY_NAME_LENGTH_MAX = 80
PASSWORD_LENGTH_MIN = 10
PASSWORD_LENGTH_MAX = 128
DEFAULT_LANGUAGE = "ko"

# As `FORMAT_EMAIL` of the contracts has it, for rows that are judged one by one.
# Without the signs that mean something in an e-mail's head: "a,b@c.kr" would go to two, "x<b@c.kr" to somebody else.
_EMAIL_SIGN = r"[^@\s\x00-\x1f\x7f<>()\[\]\\,;:\".]"
_EMAIL = re.compile(rf"({_EMAIL_SIGN}|\.){{1,64}}@{_EMAIL_SIGN}+(\.{_EMAIL_SIGN}+)+")


class Role(StrEnum):
    """What an account may do; the names are those in tokens and events."""

    WORKER = "worker"
    COMPANY = "company"
    TRAINER = "trainer"
    OPERATOR = "operator"


# Roles that hold in one organisation only.
ORGANISATION_ROLES = frozenset({Role.COMPANY, Role.TRAINER})


@dataclass(frozen=True, order=True)
class RoleGrant:
    """A role, and the organisation it holds in where it is a company's."""

    role: Role
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class Preferences:
    """How pages look and speak to a person; "" and 0: not chosen yet. `text_size` is 1 to 5."""

    language: str = ""
    text_size: int = 0
    high_contrast: bool = False
    single_keys_off: bool = False


@dataclass(frozen=True)
class Organisation:
    """A company that posts jobs or teaches."""

    organisation_id: UUID
    name: str


@dataclass(frozen=True)
class Account:
    """One person or program that can sign in.

    `language` is the one that the person has chosen, "" for none yet. `password_hash` is argon2id's encoded form, None
    while only a code was given. `revision` counts changes that others hear of or sign in by; preferences are no such.
    """

    account_id: UUID
    email: str = field(repr=False)
    display_name: str = field(repr=False)
    language: str
    password_hash: str | None = field(repr=False)
    revision: int
    create_time: datetime
    text_size: int = 0
    high_contrast: bool = False
    single_keys_off: bool = False
    # When the owner proved that the address is theirs; an operator who imports accounts vouches for it.
    email_verify_time: datetime | None = None
    # What each act of the bench has as its key, where it is not the usual one; None: never chosen.
    bench_keys: Mapping[str, str] | None = None

    @property
    def preferences(self) -> Preferences:
        """How pages look and speak to this person."""
        return Preferences(self.language, self.text_size, self.high_contrast, self.single_keys_off)


def normal_email(email: str) -> str:
    """The form in which an e-mail address is stored and compared: trimmed, NFC, lower case."""
    return unicodedata.normalize("NFC", email.strip()).lower()


def normal_name(display_name: str) -> str:
    """The form in which a display name is stored and looked for: trimmed, NFC."""
    return unicodedata.normalize("NFC", display_name.strip())


def email_problem(email: str) -> str | None:
    """What is wrong with an e-mail address, in words for the person who sent it; None when nothing is."""
    if not email.strip():
        return "email: write an e-mail address"
    if len(email) > EMAIL_LENGTH_MAX:
        return f"email: use at most {EMAIL_LENGTH_MAX} characters"
    if not _EMAIL.fullmatch(normal_email(email)):
        return "email: write it as name@domain"
    return None


def name_problem(display_name: str) -> str | None:
    """What is wrong with a display name; None when nothing is."""
    if not display_name.strip():
        return "display_name: write a name"
    if len(display_name.strip()) > DISPLAY_NAME_LENGTH_MAX:
        return f"display_name: use at most {DISPLAY_NAME_LENGTH_MAX} characters"
    if any(unicodedata.category(sign) == "Cc" for sign in display_name):
        return "display_name: leave out control characters"
    return None


def password_problem(password: str) -> str | None:
    """What is wrong with a new password; None when nothing is."""
    if len(password) < PASSWORD_LENGTH_MIN:
        return f"password: use at least {PASSWORD_LENGTH_MIN} characters"
    if len(password) > PASSWORD_LENGTH_MAX:
        return f"password: use at most {PASSWORD_LENGTH_MAX} characters"
    return None


def role_names(grants: Sequence[RoleGrant]) -> list[str]:
    """The distinct roles among grants, sorted."""
    return sorted({grant.role.value for grant in grants})


def organisations_of(grants: Sequence[RoleGrant], role: Role) -> list[UUID]:
    """The organisations in which the grants give a role, sorted."""
    return sorted(grant.organisation_id for grant in grants if grant.role is role and grant.organisation_id)
