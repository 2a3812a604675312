"""Courses: modules, practice and how far each person has come in them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Id, Instant, Json, Words
from services.runtime.media_columns import MediaColumns
from services.workers.store.tables.base import Base


class CourseVersionRow(Base):
    """A course as it was stored once, whole; the newest version is the course."""

    __tablename__ = "course_version"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.programme_id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    course_json: Mapped[Words]
    # In their order, for counting who finished them.
    module_ids: Mapped[list[str]] = mapped_column(ARRAY(Text))
    put_by: Mapped[Id]
    put_time: Mapped[Instant]

    __table_args__ = (CheckConstraint("version > 0", name="version"),)


class CourseMediaRow(MediaColumns, Base):
    """A file of a programme's course: picture, sound, video or captions. The bytes lie in the object store."""

    __tablename__ = "course_media"

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.programme_id"), primary_key=True)
    sha256: Mapped[Words] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_course_media_source_sha256", "programme_id", "source_sha256"),)


class ModuleProgressRow(Base):
    """How far a person is in a module. It says nothing of when: no attendance is taken."""

    __tablename__ = "module_progress"

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"), primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.programme_id"), primary_key=True)
    module_id: Mapped[Words] = mapped_column(primary_key=True)
    # Question id -> the value chosen the last time.
    quiz_answers: Mapped[Json]
    quiz_passed: Mapped[bool]
    finished: Mapped[bool]


class PracticeAnswerRow(Base):
    """What a person answered to a practice item: the last answer, and how the first one was."""

    __tablename__ = "practice_answer"

    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"), primary_key=True)
    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.programme_id"), primary_key=True)
    module_id: Mapped[Words] = mapped_column(primary_key=True)
    item_key: Mapped[Words] = mapped_column(primary_key=True)
    answer_json: Mapped[Words]
    is_right: Mapped[bool]
    try_count: Mapped[int]
    first_right: Mapped[bool]

    __table_args__ = (CheckConstraint("try_count > 0", name="try_count"),)
