"""Exams and the certificates that they give."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Json, Small, Words
from services.workers.store.tables.base import Base


class CertificateRow(Base):
    """A certificate; rows are never deleted."""

    __tablename__ = "certificate"

    certificate_id: Mapped[Id] = mapped_column(primary_key=True)
    number: Mapped[Words] = mapped_column(unique=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"))
    annotation_type: Mapped[Small]
    issue_time: Mapped[Instant]
    expire_time: Mapped[Instant]
    score_right: Mapped[int | None]
    score_count: Mapped[int | None]
    grant_reason: Mapped[Words]
    revoke_time: Mapped[Instant | None]
    revoke_reason: Mapped[Words]
    revision: Mapped[Big]

    __table_args__ = (Index("ix_certificate_worker_id", "worker_id", "annotation_type"),)


class ExamItemRow(Base):
    """An item with its known answer, in the pool of an annotation type.

    Either `labels` and `right_label`, or, for everything but one label of several, `label_schema_json` and
    `right_answer_json`. `programme_id` is the programme to whose course the files belong that it names.
    """

    __tablename__ = "exam_item"

    exam_item_id: Mapped[Id] = mapped_column(primary_key=True)
    annotation_type: Mapped[Small]
    item_key: Mapped[Words]
    data_json: Mapped[Words]
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    right_label: Mapped[Words]
    label_schema_json: Mapped[Words] = mapped_column(server_default=text("''"))
    right_answer_json: Mapped[Words] = mapped_column(server_default=text("''"))
    programme_id: Mapped[UUID | None] = mapped_column(ForeignKey("programme.programme_id"))

    __table_args__ = (UniqueConstraint("annotation_type", "item_key"),)


class ExamAttemptRow(Base):
    """One try at an exam; running until it has a finish_time."""

    __tablename__ = "exam_attempt"

    attempt_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("worker.worker_id"))
    annotation_type: Mapped[Small]
    item_count: Mapped[int]
    start_time: Mapped[Instant]
    end_time: Mapped[Instant]
    finish_time: Mapped[Instant | None]
    right_count: Mapped[int | None]
    certificate_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificate.certificate_id"))

    __table_args__ = (
        CheckConstraint("right_count BETWEEN 0 AND item_count", name="right_count"),
        Index("ix_exam_attempt_worker_id", "worker_id", "annotation_type", "start_time"),
        Index(
            "uq_exam_attempt_running",
            "worker_id",
            "annotation_type",
            unique=True,
            postgresql_where=text("finish_time IS NULL"),
        ),
        Index("ix_exam_attempt_end_time", "end_time", postgresql_where=text("finish_time IS NULL")),
    )


class ExamAttemptItemRow(Base):
    """An item drawn for an attempt, and what the candidate saved."""

    __tablename__ = "exam_attempt_item"

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("exam_attempt.attempt_id"), primary_key=True)
    exam_item_id: Mapped[UUID] = mapped_column(ForeignKey("exam_item.exam_item_id"), primary_key=True)
    place: Mapped[Small]
    saved_label: Mapped[Words | None]
    saved_answer_json: Mapped[Words | None]


class ExamGuideRow(Base):
    """What the exams of an annotation type ask, how long they are, and the words of their labels."""

    __tablename__ = "exam_guide"

    annotation_type: Mapped[Small] = mapped_column(primary_key=True, autoincrement=False)
    question_ko: Mapped[Words]
    question_en: Mapped[Words]
    instructions_ko: Mapped[Words]
    instructions_en: Mapped[Words]
    # Label -> {"ko": ..., "en": ...}.
    label_texts: Mapped[Json]
    item_count: Mapped[int]
    time_limit_minutes: Mapped[int]


class ItemUseRow(Base):
    """What a piece of data serves for, by its digest: exams or practice, never both; a practised item stays one."""

    __tablename__ = "item_use"

    digest: Mapped[Words] = mapped_column(primary_key=True)
    use: Mapped[Words]

    __table_args__ = (CheckConstraint("use IN ('EXAM', 'PRACTICE')", name="use"),)
