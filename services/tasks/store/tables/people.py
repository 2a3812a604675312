"""What tasks knows of workers: per job, per day, and what other services told."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Share, Words
from services.tasks.store.tables.base import Base, Blank, Count, IntCount


class WorkerJobRow(Base):
    """One worker in one job. Locked first by every claim, so that limits hold with two tabs."""

    __tablename__ = "worker_job"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    cursor_pos: Mapped[Count]
    live_count: Mapped[IntCount]
    claimed_count: Mapped[Count]
    submitted_count: Mapped[Count]
    # What the submitted answers would bring if all were accepted.
    submitted_krw: Mapped[Count]
    # The last day in Korea with a submit, and how many came on it.
    submit_day: Mapped[date | None]
    day_submitted_count: Mapped[Count]
    # The worker's last act on an assignment of the job: gaps between acts are active time.
    last_act_time: Mapped[Instant]
    create_time: Mapped[Instant]

    __table_args__ = (
        CheckConstraint("live_count >= 0", name="live_count"),
        Index("ix_worker_job_worker_id", "worker_id"),
    )


class WorkerDayRow(Base):
    """What one worker did in one job on one day in Korea: the source of the effective hourly pay."""

    __tablename__ = "worker_day"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    active_ms: Mapped[Count]
    accepted_krw: Mapped[Count]
    answers: Mapped[Count]
    # As verdicts are now; `judged_krw` is the price of both, so what is submitted and not in it waits for a verdict.
    accepted_count: Mapped[Count]
    rejected_count: Mapped[Count]
    judged_krw: Mapped[Count]

    __table_args__ = (Index("ix_worker_day_worker_id", "worker_id"),)


class CertificateRow(Base):
    """A certificate as the workers service told it: VALID or REVOKED."""

    __tablename__ = "certificate"

    certificate_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[Id]
    annotation_type: Mapped[int]
    valid_until: Mapped[Instant | None]
    state: Mapped[Words]
    revision: Mapped[Big]

    __table_args__ = (Index("ix_certificate_worker_id_annotation_type", "worker_id", "annotation_type"),)


class WorkerRestrictionRow(Base):
    """Whether a worker may claim."""

    __tablename__ = "worker_restriction"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Blank]
    until_time: Mapped[Instant | None]
    active: Mapped[bool]
    revision: Mapped[Big]


class PoolMemberRow(Base):
    """Whether a worker belongs to a company's pool, as the workers service told it."""

    __tablename__ = "pool_member"

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    member: Mapped[bool]
    revision: Mapped[Big]


class WorkerSkillRow(Base):
    """A worker's measured accuracy per annotation type."""

    __tablename__ = "worker_skill"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    annotation_type: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[Big]
    lower: Mapped[Share]
    mean: Mapped[Share]
    upper: Mapped[Share]
    count: Mapped[Share]
