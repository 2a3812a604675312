"""The tables of quality. Memories of the model are vectors of little-endian doubles (bytea)."""

from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Identity, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Share, Small, Words
from services.runtime.tables import attach_runtime_tables, new_metadata


class Base(DeclarativeBase):
    """The base of quality's table classes."""

    metadata = new_metadata()


attach_runtime_tables(Base.metadata)


class JobRow(Base):
    """A job's terms, its counters, its freeze and what the model remembers of it. Its row is the lock of its answers."""

    __tablename__ = "job"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id]
    annotation_type: Mapped[Small]
    policy: Mapped[Words]
    overlap_min: Mapped[Small]
    overlap_max: Mapped[Small]
    confidence_target: Mapped[Share]
    reject_below: Mapped[Share]
    newcomer_answers: Mapped[int]
    clock_seconds: Mapped[Big]
    labels: Mapped[list[str]] = mapped_column(ARRAY(Text))
    controls: Mapped[Words] = mapped_column(server_default=text("'[]'"))
    schema_version: Mapped[int]
    revision: Mapped[Big]
    answer_count: Mapped[Big]
    judged_count: Mapped[Big]
    rejected_count: Mapped[Big]
    freeze_reason: Mapped[Words | None]
    freeze_revision: Mapped[Big]
    freeze_time: Mapped[Instant | None]
    freeze_judged_from: Mapped[Big]
    freeze_rejected_from: Mapped[Big]
    closed_answers: Mapped[Big | None]
    finish_time: Mapped[Instant | None]
    memory: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        Index("ix_job_freeze_time", "freeze_time", postgresql_where=text("freeze_time IS NOT NULL")),
        CheckConstraint("rejected_count BETWEEN 0 AND judged_count", name="rejected_within_judged"),
        CheckConstraint("judged_count <= answer_count", name="judged_within_answers"),
    )


class GoldBatchRow(Base):
    """One GoldProvided event that was applied."""

    __tablename__ = "gold_batch"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    gold_revision: Mapped[Big] = mapped_column(primary_key=True)


class GoldRow(Base):
    """An item with a known answer: a label, or the hash that its body lies under."""

    __tablename__ = "gold"

    item_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    label: Mapped[Words]
    body_sha256: Mapped[Words] = mapped_column(server_default=text("''"))


class ItemRow(Base):
    """An item with at least one answer: its latest result as told, and what it contributed to the model."""

    __tablename__ = "item"

    item_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    answer_count: Mapped[int]
    answers_wanted: Mapped[int]
    resolved: Mapped[bool]
    label: Mapped[Words]
    confidence: Mapped[Share]
    tie: Mapped[bool]
    result_revision: Mapped[Big]
    posterior: Mapped[bytes] = mapped_column(LargeBinary)
    memory: Mapped[bytes] = mapped_column(LargeBinary)
    body_sha256: Mapped[Words] = mapped_column(server_default=text("''"))

    __table_args__ = (
        Index("ix_item_job_id_item_id", "job_id", "item_id"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence_is_share"),
    )


class AnswerRow(Base):
    """An answer with its latest verdict."""

    __tablename__ = "answer"

    answer_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    item_id: Mapped[Id]
    worker_id: Mapped[Id]
    label: Mapped[Words]
    apply_no: Mapped[Big]
    publish_no: Mapped[int]
    schema_version: Mapped[int]
    active_ms: Mapped[Big]
    late: Mapped[bool]
    not_sure: Mapped[bool]
    score: Mapped[Share]
    state: Mapped[Words]
    reason: Mapped[Words]
    revision: Mapped[Big]
    due_time: Mapped[Instant]
    memory: Mapped[bytes] = mapped_column(LargeBinary)
    body_sha256: Mapped[Words] = mapped_column(server_default=text("''"))

    __table_args__ = (
        UniqueConstraint("item_id", "worker_id"),
        UniqueConstraint("job_id", "apply_no"),
        Index("ix_answer_pending", "job_id", "worker_id", "reason", postgresql_where=text("state = 'pending'")),
        Index("ix_answer_due", "due_time", postgresql_where=text("state = 'pending'")),
        CheckConstraint("state IN ('pending', 'accepted', 'rejected')", name="state_known"),
        CheckConstraint("(state = 'pending') = (revision = 0)", name="pending_has_no_verdict"),
    )


class VerdictRow(Base):
    """Every verdict ever given, append only."""

    __tablename__ = "verdict"

    answer_id: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[Big] = mapped_column(primary_key=True)
    verdict_no: Mapped[Big] = mapped_column(Identity(always=True))
    job_id: Mapped[Id]
    worker_id: Mapped[Id]
    state: Mapped[Words]
    reason: Mapped[Words]
    given_score: Mapped[Share]
    verdict_time: Mapped[Instant] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        Index("ix_verdict_job_id_verdict_no", "job_id", "verdict_no"),
        Index("ix_verdict_worker_id_verdict_no", "worker_id", "verdict_no"),
        CheckConstraint("state IN ('accepted', 'rejected')", name="state_final"),
        CheckConstraint("given_score BETWEEN 0 AND 1", name="score_is_share"),
    )


class WorkerEvidenceRow(Base):
    """What one job shows of one worker: confusion counts, and what of them went into the worker's skill."""

    __tablename__ = "worker_evidence"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    answer_count: Mapped[Big]
    gold_right: Mapped[Share]
    gold_wrong: Mapped[Share]
    peer_right: Mapped[Share]
    peer_wrong: Mapped[Share]
    counts: Mapped[bytes] = mapped_column(LargeBinary)


class SkillRow(Base):
    """A worker's skill for an annotation type: what exams showed, and sums over all jobs."""

    __tablename__ = "skill"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    annotation_type: Mapped[Small] = mapped_column(primary_key=True)
    exam_revision: Mapped[Big] = mapped_column(server_default=text("0"))
    exam_attempt_id: Mapped[UUID | None]
    exam_right: Mapped[Share] = mapped_column(server_default=text("0"))
    exam_wrong: Mapped[Share] = mapped_column(server_default=text("0"))
    certificate_revision: Mapped[Big] = mapped_column(server_default=text("0"))
    certificate_id: Mapped[UUID | None]
    certificate_right: Mapped[Share] = mapped_column(server_default=text("0"))
    certificate_wrong: Mapped[Share] = mapped_column(server_default=text("0"))
    gold_right: Mapped[Share] = mapped_column(server_default=text("0"))
    gold_wrong: Mapped[Share] = mapped_column(server_default=text("0"))
    peer_right: Mapped[Share] = mapped_column(server_default=text("0"))
    peer_wrong: Mapped[Share] = mapped_column(server_default=text("0"))
    told_revision: Mapped[Big] = mapped_column(server_default=text("0"))
    told_strength: Mapped[Share] = mapped_column(server_default=text("0"))
