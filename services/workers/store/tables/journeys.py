"""How far each person has come: from the application to the first pay.

No row here refers to `worker`: news of work may come before the news of the account.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Krw, Words
from services.workers.store.tables.base import Base


class JourneyStepRow(Base):
    """When a person reached a step for the first time."""

    __tablename__ = "journey_step"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    step: Mapped[Words] = mapped_column(primary_key=True)
    reach_time: Mapped[Instant]


class ClaimDayRow(Base):
    """A day, in Seoul, on which a person claimed."""

    __tablename__ = "claim_day"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class WorkTimeRow(Base):
    """What a person's answers took, all together."""

    __tablename__ = "work_time"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    answered_count: Mapped[Big]
    active_ms: Mapped[Big]


class PaidAnswerRow(Base):
    """What one answer has brought in all, by its latest verdict that was told."""

    __tablename__ = "paid_answer"

    answer_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID]
    revision: Mapped[Big]
    net_krw: Mapped[Krw]


class WorkPayRow(Base):
    """What a person's answers have brought, all together: the sum of `paid_answer`."""

    __tablename__ = "work_pay"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    paid_count: Mapped[Big]
    earned_krw: Mapped[Krw]
