"""Consultations between graduates and companies, pools and offers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Words
from services.workers.store.tables.base import Base


class OrganisationMemberRow(Base):
    """Somebody who acts for a company, as accounts told it: who is told of what happens to its consultations."""

    __tablename__ = "organisation_member"

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[Id] = mapped_column(primary_key=True)


class ConsultationSlotRow(Base):
    """A time at which a company talks with one graduate."""

    __tablename__ = "consultation_slot"

    slot_id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    start_time: Mapped[Instant]
    end_time: Mapped[Instant]
    venue_kind: Mapped[Words]
    place_ko: Mapped[Words]
    place_en: Mapped[Words]
    link: Mapped[Words]
    phone: Mapped[Words]
    note: Mapped[Words]
    state: Mapped[Words]

    __table_args__ = (
        CheckConstraint("start_time < end_time", name="start_time"),
        CheckConstraint("state IN ('OPEN', 'BOOKED', 'WITHDRAWN')", name="state"),
        Index("ix_consultation_slot_organisation_id", "organisation_id", "start_time", "slot_id"),
        Index("ix_consultation_slot_open", "start_time", "slot_id", postgresql_where=text("state = 'OPEN'")),
    )


class ConsultationRow(Base):
    """A booked talk. While it is not cancelled nobody else has its slot."""

    __tablename__ = "consultation"

    consultation_id: Mapped[Id] = mapped_column(primary_key=True)
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("consultation_slot.slot_id"))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"))
    organisation_id: Mapped[UUID]
    # The slot's times, so that what a person has is found without it.
    start_time: Mapped[Instant]
    end_time: Mapped[Instant]
    state: Mapped[Words]
    message: Mapped[Words]
    cancel_reason: Mapped[Words]
    cancelled_by_company: Mapped[bool]
    outcome_note: Mapped[Words]
    book_time: Mapped[Instant]
    # The start of which both sides have been reminded.
    reminded_start_time: Mapped[Instant | None]
    revision: Mapped[Big]

    __table_args__ = (
        CheckConstraint("state IN ('BOOKED', 'CANCELLED', 'ADMITTED', 'NOT_ADMITTED', 'MISSED')", name="state"),
        Index("uq_consultation_slot_id", "slot_id", unique=True, postgresql_where=text("state <> 'CANCELLED'")),
        Index("ix_consultation_worker_id", "worker_id", "start_time", "consultation_id"),
        Index("ix_consultation_organisation_id", "organisation_id", "start_time", "consultation_id"),
        Index("ix_consultation_start_time", "start_time", "consultation_id"),
    )


class PoolMemberRow(Base):
    """Whether somebody belongs to a company's pool; the row stays when they leave it."""

    __tablename__ = "pool_member"

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"), primary_key=True)
    member: Mapped[bool]
    admit_time: Mapped[Instant]
    consultation_id: Mapped[UUID] = mapped_column(ForeignKey("consultation.consultation_id"))
    remove_reason: Mapped[Words]
    revision: Mapped[Big]

    __table_args__ = (
        Index(
            "ix_pool_member_admit_time", "organisation_id", "admit_time", "worker_id", postgresql_where=text("member")
        ),
    )


class JobOfferRow(Base):
    """Jobs that a company offers to somebody in its pool."""

    __tablename__ = "job_offer"

    offer_id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"))
    job_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    message: Mapped[Words]
    state: Mapped[Words]
    offer_time: Mapped[Instant]
    answer_time: Mapped[Instant | None]
    revision: Mapped[Big]

    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'ACCEPTED', 'DECLINED', 'ENDED')", name="state"),
        Index("ix_job_offer_worker_id", "worker_id", "offer_id"),
        Index("ix_job_offer_organisation_id", "organisation_id", "offer_id"),
    )


class CalendarFeedRow(Base):
    """The secret under which a calendar program reads somebody's consultations: their own, or a company's."""

    __tablename__ = "calendar_feed"

    account_id: Mapped[Id] = mapped_column(primary_key=True)
    # All zeros: the person's own.
    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    token: Mapped[Words] = mapped_column(unique=True)
