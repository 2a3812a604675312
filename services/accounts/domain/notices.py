"""Notices: what each is about, and who gets which by e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from uuid import UUID

KEPT_FOR = timedelta(days=365)
UNREAD_SHOWN_MAX = 100


class NoticeGroup(IntEnum):
    """What a notice is about; the numbers are the contract's."""

    SEATS = 1
    COURSES = 2
    CERTIFICATES = 3
    CONSULTATIONS = 4
    JOBS = 5
    ACCOUNT = 6


# Whoever has not chosen gets e-mails about what is their own; jobs are for whoever asks.
EMAIL_BY_DEFAULT = frozenset(NoticeGroup) - {NoticeGroup.JOBS}

_GROUPS = MappingProxyType(
    {
        "SEAT_WON": NoticeGroup.SEATS,
        "WAITING": NoticeGroup.SEATS,
        "SEAT_OFFERED": NoticeGroup.SEATS,
        "SEAT_LAPSED": NoticeGroup.SEATS,
        "ENROLMENT_REFUSED": NoticeGroup.SEATS,
        "REGISTRATION_OPENS": NoticeGroup.SEATS,
        "COURSE_COMPLETED": NoticeGroup.COURSES,
        "EXAM_PASSED": NoticeGroup.COURSES,
        "EXAM_FAILED": NoticeGroup.COURSES,
        "CERTIFICATE_ISSUED": NoticeGroup.CERTIFICATES,
        "CERTIFICATE_REVOKED": NoticeGroup.CERTIFICATES,
        "CERTIFICATE_ENDS_SOON": NoticeGroup.CERTIFICATES,
        "CONSULTATION_BOOKED": NoticeGroup.CONSULTATIONS,
        "CONSULTATION_MOVED": NoticeGroup.CONSULTATIONS,
        "CONSULTATION_CANCELLED": NoticeGroup.CONSULTATIONS,
        "CONSULTATION_SOON": NoticeGroup.CONSULTATIONS,
        "POOL_ADMITTED": NoticeGroup.CONSULTATIONS,
        "NOT_ADMITTED": NoticeGroup.CONSULTATIONS,
        "JOBS_OFFERED": NoticeGroup.CONSULTATIONS,
        "JOB_FITS": NoticeGroup.JOBS,
    }
)


@dataclass(frozen=True)
class Notice:
    """One notice for one person.

    Attributes:
        notice_id: sorts by when accounts heard of it.
        account_id: who is told.
        template: the contract's name, such as SEAT_WON; names of later versions may be among them.
        parameters: as `ilgam.common.v1.Notice` says; nothing in them is personal.
        path: where the pages show more; empty: nowhere.
        once_key: the same key for the same person is told once; None: always.
        create_time: when it happened.
        read_time: when the person said that they have read it.
    """

    notice_id: UUID
    account_id: UUID
    template: str
    parameters: Mapping[str, str]
    path: str
    once_key: str | None
    create_time: datetime
    read_time: datetime | None = None

    @property
    def group(self) -> NoticeGroup:
        """What it is about."""
        return group_of(self.template)


@dataclass(frozen=True)
class Reader:
    """Somebody who is told: in which language, and whether e-mails reach them.

    Attributes:
        account_id: who.
        language: ko or en.
        email_reaches: the address is verified and its owner agreed to notices by e-mail.
        choices: what the person has chosen, by group.
    """

    account_id: UUID
    language: str
    email_reaches: bool
    choices: Mapping[NoticeGroup, bool] = field(default_factory=dict)

    def gets_by_email(self, group: NoticeGroup) -> bool:
        """Whether a notice of the group goes out to this person by e-mail."""
        return self.email_reaches and by_email(group, self.choices)


def group_of(template: str) -> NoticeGroup:
    """What a template is about; what this version does not know concerns the account."""
    return _GROUPS.get(template, NoticeGroup.ACCOUNT)


def by_email(group: NoticeGroup, choices: Mapping[NoticeGroup, bool]) -> bool:
    """Whether a group is switched on, by choice or by default."""
    return choices.get(group, group in EMAIL_BY_DEFAULT)
