"""How far each person has come: from the application to the first pay."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Instant, Words
from services.workers.store.tables.base import Base


class JourneyStepRow(Base):
    """When a person reached a step for the first time."""

    __tablename__ = "journey_step"

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"), primary_key=True)
    step: Mapped[Words] = mapped_column(primary_key=True)
    reach_time: Mapped[Instant]
