"""Whose balance is meant."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.payments.domain.ledger import Account, AccountKind, account_of


@dataclass(frozen=True, slots=True)
class Company:
    """A company and its free money."""

    organisation_id: UUID

    @property
    def account(self) -> Account:
        """Where its free money is."""
        return account_of(AccountKind.COMPANY_AVAILABLE, self.organisation_id)


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker and what they have earned."""

    worker_id: UUID

    @property
    def account(self) -> Account:
        """Where their pay is until it is paid out."""
        return account_of(AccountKind.WORKER_EARNED, self.worker_id)


Holder = Company | Worker


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement of a balance; a worker's has one line per answer and verdict revision, with won above 0 coming in."""

    line_id: int
    line_time_us: int
    kind: str
    journal_id: UUID
    job_id: UUID | None
    answer_id: UUID | None
    amount_krw: int
    revision: int


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of a statement begins: behind this line, which is older than all before it."""

    line_time_us: int
    line_id: int


FIRST_PAGE = After(2**62, 2**62)
