"""What people agree to: documents, their versions, and which an account is not possible without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Document(StrEnum):
    """What people agree to."""

    TERMS = "TERMS"
    PRIVACY = "PRIVACY"
    EMAIL_NOTICES = "EMAIL_NOTICES"


# A new version of a text is asked for again.
PRESENT_VERSIONS = {Document.TERMS: 1, Document.PRIVACY: 1, Document.EMAIL_NOTICES: 1}
NEEDED = frozenset({Document.TERMS, Document.PRIVACY})


@dataclass(frozen=True)
class Agreement:
    """A version of a document that somebody agrees to."""

    document: Document
    version: int


@dataclass(frozen=True)
class Consent:
    """An agreement with when it was given and, where it was, taken back."""

    document: Document
    version: int
    give_time: datetime
    withdraw_time: datetime | None


def agreement_problem(agreement: Agreement) -> str | None:
    """What is wrong with agreeing to this; None when nothing is. Older versions are not agreed to any more."""
    if agreement.version != PRESENT_VERSIONS[agreement.document]:
        return f"version: the present version of {agreement.document.value} is {PRESENT_VERSIONS[agreement.document]}"
    return None


def newest_live(consents: Sequence[Consent], document: Document) -> Consent | None:
    """The agreement that holds for a document: the highest version that was not taken back."""
    live = [consent for consent in consents if consent.document is document and consent.withdraw_time is None]
    return max(live, key=lambda consent: consent.version, default=None)


def last_withdrawn(consents: Sequence[Consent], document: Document) -> Consent | None:
    """The agreement that was taken back last."""
    gone = [consent for consent in consents if consent.document is document and consent.withdraw_time is not None]
    return max(gone, key=lambda consent: (consent.withdraw_time, consent.version), default=None)


def renewed_documents(consents: Sequence[Consent]) -> list[Document]:
    """Needed documents that were agreed to in an older version only: these are asked for again.

    Whoever never agreed here (imported from an application on paper, where it was done) is not asked.
    """
    holding = [(document, newest_live(consents, document)) for document in sorted(NEEDED)]
    return [document for document, held in holding if held and held.version < PRESENT_VERSIONS[document]]
