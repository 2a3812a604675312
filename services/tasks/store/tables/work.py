"""Assignments: one row per item and worker for ever; and what workers found wrong with items."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Krw, Share, Small, Words
from services.tasks.store.tables.base import Base, Blank, Count, IntCount, No, SmallCount


class AssignmentRow(Base):
    """One worker's hold on one item, and the answer that came of it.

    `state` and `verdict_state` are the numbers of `AssignmentState` and `VerdictState`; `verdict_state` is 0 until
    there is an answer. `answer_id` on the wire is `assignment_id`.
    """

    __tablename__ = "assignment"

    assignment_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    item_id: Mapped[Id]
    worker_id: Mapped[Id]
    claim_id: Mapped[Id]
    certificate_id: Mapped[Id | None]
    state: Mapped[Small]
    claim_time: Mapped[Instant]
    lease_end_time: Mapped[Instant]
    hold_end_time: Mapped[Instant]
    schema_version: Mapped[int]
    # The version it was claimed under, where a newer one took its place while it was in hand; otherwise 0.
    moved_from_version: Mapped[IntCount]
    instructions_version: Mapped[int]
    publish_no: Mapped[int]
    price_krw: Mapped[Krw]
    draft_json: Mapped[Blank]
    draft_revision: Mapped[Count]
    draft_time: Mapped[Instant | None]
    answer_json: Mapped[Blank]
    answer_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    label: Mapped[Words | None]
    late: Mapped[No]
    not_sure: Mapped[No]
    submit_time: Mapped[Instant | None]
    # The server's last sight of the worker on it; gaps up to 120 s add up to active_ms.
    last_act_time: Mapped[Instant]
    active_ms: Mapped[Count]
    judged: Mapped[No]
    verdict_state: Mapped[SmallCount]
    verdict_revision: Mapped[Count]
    verdict_reason: Mapped[Blank]
    verdict_time: Mapped[Instant | None]
    # How probable it is that it is right, as the latest verdict says; 0 until there is one.
    verdict_score: Mapped[Share] = mapped_column(server_default=text("0"))
    # What the first verdict said; the check of overlaps goes by it. None until there is one.
    first_accepted: Mapped[bool | None]
    first_revision: Mapped[Big | None]
    paid_krw: Mapped[Count]
    paid_revision: Mapped[Count]

    __table_args__ = (
        UniqueConstraint("item_id", "worker_id", name="uq_assignment_item_id_worker_id"),
        Index("ix_assignment_worker_id_assignment_id", "worker_id", "assignment_id"),
        Index("ix_assignment_claim_id", "claim_id"),
        Index("ix_assignment_lease_end_time", "lease_end_time", postgresql_where=text("state = 1")),
        Index("ix_assignment_live", "worker_id", "assignment_id", postgresql_where=text("state = 1")),
    )


class ProblemRow(Base):
    """What a worker found wrong with an item, when they gave it back last; `kind` is a number of ProblemKind."""

    __tablename__ = "problem"

    problem_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    item_id: Mapped[Id]
    assignment_id: Mapped[Id] = mapped_column(unique=True)
    kind: Mapped[Small]
    words: Mapped[Blank]
    report_time: Mapped[Instant]

    __table_args__ = (Index("ix_problem_job_id_problem_id", "job_id", "problem_id"),)
