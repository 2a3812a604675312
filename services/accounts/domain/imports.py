"""Judging the rows of an import of accounts, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from services.accounts.domain.accounts import (
    ORGANISATION_ROLES,
    Role,
    email_problem,
    name_problem,
    normal_email,
    password_problem,
)


@dataclass(frozen=True)
class ImportRow:
    """One person to open an account for; `roles` holds None for a role this version does not know."""

    email: str = field(repr=False)
    display_name: str = field(repr=False)
    roles: tuple[Role | None, ...]
    password: str = field(repr=False, default="")


@dataclass(frozen=True)
class JudgedRow:
    """A row, and what is wrong with it ("" for nothing)."""

    row: ImportRow
    problem: str
    # The same address stands in an earlier row of the same import.
    repeated: bool


def judge_rows(rows: Sequence[ImportRow]) -> list[JudgedRow]:
    """Each row with its problem; among good rows with one address the first counts, the others are repeated."""
    seen: set[str] = set()
    judged = []
    for row in rows:
        problem = _problem(row)
        email = normal_email(row.email)
        judged.append(JudgedRow(row, problem or "", repeated=problem is None and email in seen))
        if problem is None:
            seen.add(email)
    return judged


def _problem(row: ImportRow) -> str | None:
    return (
        email_problem(row.email)
        or name_problem(row.display_name)
        or (password_problem(row.password) if row.password else None)
        or _roles_problem(row.roles)
    )


def _roles_problem(roles: tuple[Role | None, ...]) -> str | None:
    if None in roles:
        return "roles: name worker or operator"
    if ORGANISATION_ROLES.intersection(role for role in roles if role):
        return "roles: company and trainer come with AddMember"
    return None
