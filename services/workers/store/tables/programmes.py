"""Programmes, cohorts and enrolments."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Small, Words
from services.workers.store.tables.base import Base

LIVE = "state IN ('ENROLLED', 'WAITING', 'OFFERED', 'COMPLETED')"


class ProgrammeRow(Base):
    """What is taught, to whom, and by which company."""

    __tablename__ = "programme"

    programme_id: Mapped[Id] = mapped_column(primary_key=True)
    title_ko: Mapped[Words]
    title_en: Mapped[Words]
    aims_ko: Mapped[Words]
    aims_en: Mapped[Words]
    description_ko: Mapped[Words]
    description_en: Mapped[Words]
    weeks: Mapped[int]
    target_graduates: Mapped[int]
    organisation_id: Mapped[Id | None]
    residents_only: Mapped[bool]
    accept_seconds: Mapped[Big]
    waiting_max: Mapped[int]
    create_time: Mapped[Instant]
    revision: Mapped[Big]

    __table_args__ = (Index("ix_programme_organisation_id", "organisation_id"),)


class CohortRow(Base):
    """A cohort; its counts are kept with it, so that the statement under its lock looks at no other row."""

    __tablename__ = "cohort"

    cohort_id: Mapped[Id] = mapped_column(primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.programme_id"))
    cohort_no: Mapped[int]
    seat_count: Mapped[int]
    start_time: Mapped[Instant]
    end_time: Mapped[Instant]
    open_time: Mapped[Instant]
    close_time: Mapped[Instant]
    place_ko: Mapped[Words]
    place_en: Mapped[Words]
    online: Mapped[bool]
    # The last enrolment_no given.
    last_no: Mapped[Big]
    # ENROLLED, OFFERED and COMPLETED.
    taken_count: Mapped[int]
    waiting_count: Mapped[int]
    revision: Mapped[Big]

    __table_args__ = (
        UniqueConstraint("programme_id", "cohort_no"),
        CheckConstraint("taken_count BETWEEN 0 AND seat_count", name="taken_count"),
        CheckConstraint("waiting_count >= 0", name="waiting_count"),
        Index("ix_cohort_open_time", "open_time"),
        Index("ix_cohort_start_time", "start_time", postgresql_where=text("waiting_count > 0")),
    )


class EnrolmentRow(Base):
    """One person's place in a cohort; rows are never deleted, a new application is a new row."""

    __tablename__ = "enrolment"

    enrolment_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"))
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.programme_id"))
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.cohort_id"))
    enrolment_no: Mapped[Big]
    state: Mapped[Words]
    residence_state: Mapped[Words]
    refuse_reason: Mapped[Words]
    # The contract's number, 0 where it was not said. Personal.
    age_band: Mapped[Small]
    # When the transaction began, which is what has to be in time.
    apply_time: Mapped[Instant]
    # When the transaction asked for its place in the cohort's order.
    arrive_time: Mapped[Instant]
    accept_time: Mapped[Instant | None]
    complete_time: Mapped[Instant | None]
    revision: Mapped[Big]

    __table_args__ = (
        UniqueConstraint("cohort_id", "enrolment_no"),
        CheckConstraint(
            "state IN ('ENROLLED', 'WAITING', 'OFFERED', 'CANCELLED', 'LAPSED', 'REFUSED', 'COMPLETED')", name="state"
        ),
        CheckConstraint("residence_state IN ('NOT_ASKED', 'DECLARED', 'CONFIRMED', 'REFUSED')", name="residence_state"),
        CheckConstraint("state <> 'OFFERED' OR accept_time IS NOT NULL", name="accept_time"),
        Index("uq_enrolment_live", "worker_id", "programme_id", unique=True, postgresql_where=text(LIVE)),
        Index("ix_enrolment_worker_id", "worker_id", "apply_time"),
        Index("ix_enrolment_waiting", "cohort_id", "enrolment_no", postgresql_where=text("state = 'WAITING'")),
        Index("ix_enrolment_completed", "programme_id", "cohort_id", postgresql_where=text("state = 'COMPLETED'")),
        Index("ix_enrolment_accept_time", "accept_time", postgresql_where=text("state = 'OFFERED'")),
    )


class CohortReminderRow(Base):
    """Somebody who wants to be told before registration opens."""

    __tablename__ = "cohort_reminder"

    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.cohort_id"), primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"), primary_key=True)
    told_time: Mapped[Instant | None]

    __table_args__ = (Index("ix_cohort_reminder_untold", "cohort_id", postgresql_where=text("told_time IS NULL")),)
