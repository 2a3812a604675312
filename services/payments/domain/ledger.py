"""The ledger's words: accounts, postings, journals.

An amount above 0 comes into an account. What the platform owes to others stands above 0 (a company's free money, a
job's escrow, a worker's pay), what it has stands below 0 (cash in the bank): all postings together are always 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

# Account ids follow from kind and owner, so that nobody has to look one up. Fixed for ever.
_ACCOUNT_NAMESPACE = UUID("5f1b7a34-6d0e-4a53-9b7a-2a1c8f0d9e61")
PLATFORM_ID = UUID(int=0)
"""The owner of the platform's own accounts."""


class AccountKind(StrEnum):
    """What an account holds; `owner_id` is a company, a job, a worker or the platform."""

    BANK_CASH = "bank_cash"
    COMPANY_AVAILABLE = "company_available"
    JOB_ESCROW = "job_escrow"
    WORKER_EARNED = "worker_earned"
    JOB_FEE = "job_fee"
    JOB_VAT = "job_vat"
    PLATFORM_FEE = "platform_fee"
    PLATFORM_VAT = "platform_vat"
    APPEALS = "appeals"


FLOORED = frozenset({AccountKind.COMPANY_AVAILABLE, AccountKind.JOB_ESCROW, AccountKind.WORKER_EARNED})
"""Kinds that never go below 0. Only these have a kept total, and so a row that is locked."""


class JournalKind(StrEnum):
    """Why money moved: the names of `JournalKind` on the wire."""

    DEPOSIT = "DEPOSIT"
    RESERVE = "RESERVE"
    PAY = "PAY"
    RELEASE = "RELEASE"
    SWEEP = "SWEEP"


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the ledger."""

    account_id: UUID
    kind: AccountKind
    owner_id: UUID


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a journal; never 0."""

    account: Account
    amount_krw: int


@dataclass(frozen=True, slots=True)
class Journal:
    """Postings that belong together and add up to 0."""

    journal_id: UUID
    kind: JournalKind
    job_id: UUID | None
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if sum(posting.amount_krw for posting in self.postings):
            raise ValueError(f"journal {self.journal_id} does not add up to 0")


def account_of(kind: AccountKind, owner_id: UUID = PLATFORM_ID) -> Account:
    """The one account of a kind that an owner has."""
    return Account(uuid5(_ACCOUNT_NAMESPACE, f"{kind}:{owner_id}"), kind, owner_id)


def journal_of(journal_id: UUID, kind: JournalKind, job_id: UUID | None, *amounts: tuple[Account, int]) -> Journal:
    """A journal of the amounts that are not 0.

    Raises:
        ValueError: they do not add up to 0.
    """
    return Journal(journal_id, kind, job_id, tuple(Posting(account, krw) for account, krw in amounts if krw))


def total_changes(journals: Iterable[Journal]) -> dict[Account, int]:
    """By how much journals change the kept totals; accounts that end where they began are left out."""
    changes: defaultdict[Account, int] = defaultdict(int)
    for journal in journals:
        for posting in journal.postings:
            if posting.account.kind in FLOORED:
                changes[posting.account] += posting.amount_krw
    return {account: krw for account, krw in changes.items() if krw}
