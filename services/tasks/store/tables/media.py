"""Files of jobs."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Id, Words
from services.runtime.media_columns import MediaColumns
from services.tasks.store.tables.base import Base


class MediaRow(MediaColumns, Base):
    """A file of a job that lies in the object store; `sha256` in hexadecimal digits is that of its bytes."""

    __tablename__ = "media"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    sha256: Mapped[Words] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_media_source_sha256", "job_id", "source_sha256"),)
