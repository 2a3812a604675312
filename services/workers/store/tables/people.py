"""People who label: their standing, skills and profile, and which jobs they were told of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, Float, ForeignKey, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Krw, Share, Small, Words
from services.workers.store.tables.base import Base


class WorkerRow(Base):
    """A person who labels, and the restriction on them."""

    __tablename__ = "worker"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    create_time: Mapped[Instant]
    restriction_kind: Mapped[Words | None]
    restriction_reason: Mapped[Words | None]
    restriction_until_time: Mapped[Instant | None]
    standing_revision: Mapped[Big]


class SkillRow(Base):
    """A worker's measured accuracy for an annotation type, as quality told it."""

    __tablename__ = "skill"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    annotation_type: Mapped[Small] = mapped_column(primary_key=True)
    revision: Mapped[Big]
    lower: Mapped[Share]
    mean: Mapped[Share]
    upper: Mapped[Share]
    count: Mapped[float] = mapped_column(Float(53))


class WorkerProfileRow(Base):
    """What a person says of themselves; it may come before the news that they are a worker.

    No `wanted_types`: every annotation type that the person is certified for.
    """

    __tablename__ = "worker_profile"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    jobs_wanted: Mapped[bool]
    wanted_types: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))

    __table_args__ = (Index("ix_worker_profile_jobs_wanted", "worker_id", postgresql_where=text("jobs_wanted")),)


class JobAnnouncementRow(Base):
    """An opened job, and how far those whom it fits have been told, in the order of their ids."""

    __tablename__ = "job_announcement"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[Big]
    organisation_id: Mapped[Id]
    annotation_type: Mapped[Small]
    price_krw: Mapped[Krw]
    pool_only: Mapped[bool]
    required_skill: Mapped[Share]
    open_time: Mapped[Instant]
    told_up_to: Mapped[Id]
    told_count: Mapped[Big]
    finish_time: Mapped[Instant | None]

    __table_args__ = (Index("ix_job_announcement_open", "open_time", postgresql_where=text("finish_time IS NULL")),)


class ExpiryNoticeRow(Base):
    """A certificate whose holder was told that it ends soon."""

    __tablename__ = "expiry_notice"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.certificate_id"), primary_key=True)
