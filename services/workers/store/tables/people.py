"""People who label: their standing and skills."""

from __future__ import annotations

from sqlalchemy import Float
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Share, Small, Words
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
