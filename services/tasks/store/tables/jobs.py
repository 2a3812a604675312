"""Jobs, their versions, reservations, items and counts."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Krw, Share, Small, Words
from services.tasks.store.tables.base import Base, Blank, Count, IntCount, No, SmallCount


class JobRow(Base):
    """One job. `state` is a name of `JobState` without prefix; the terms are those that hold for new claims."""

    __tablename__ = "job"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id]
    create_account_id: Mapped[Id | None]
    title: Mapped[Words]
    state: Mapped[Words]
    revision: Mapped[Big]
    annotation_type: Mapped[int]
    policy: Mapped[int]
    claim_mode: Mapped[int]
    price_krw: Mapped[Krw]
    fee_krw: Mapped[Count]
    fee_vat_krw: Mapped[Count]
    overlap_min: Mapped[Small]
    overlap_max: Mapped[Small]
    gold_overlap: Mapped[Small]
    lease_seconds: Mapped[int]
    hold_limit: Mapped[int]
    confidence_target: Mapped[Share]
    reject_below: Mapped[Share]
    newcomer_answers: Mapped[int]
    clock_seconds: Mapped[Big]
    appeal_seconds: Mapped[Big]
    required_skill: Mapped[Share]
    # Only people in the company's pool claim.
    pool_only: Mapped[No]
    deadline_time: Mapped[Instant | None]
    expected_seconds: Mapped[int]
    schema_version: Mapped[int] = mapped_column(server_default="1")
    instructions_version: Mapped[int] = mapped_column(server_default="1")
    # The last reserved publication, whose price new claims have; how many were asked for; the one asked for now.
    publish_no: Mapped[IntCount]
    publish_count: Mapped[IntCount]
    requested_publish_no: Mapped[int | None]
    missing_krw: Mapped[Count]
    reserved_krw: Mapped[Count]
    released_krw: Mapped[Count]
    release_revision: Mapped[Count]
    # Changes that wait for their money.
    staged_price_krw: Mapped[Krw | None]
    staged_overlap_max: Mapped[Small | None]
    gold_revision: Mapped[Count]
    item_count: Mapped[Count]
    gold_count: Mapped[Count]
    staged_count: Mapped[Count]
    staged_gold_count: Mapped[Count]
    next_seq: Mapped[Big] = mapped_column(server_default="1")
    media_count: Mapped[IntCount]
    freeze_revision: Mapped[Count]
    # The state that an unfrozen job goes back to.
    frozen_from: Mapped[Blank]
    create_time: Mapped[Instant]
    open_time: Mapped[Instant | None]
    close_time: Mapped[Instant | None]

    __table_args__ = (
        Index("ix_job_organisation_id_job_id", "organisation_id", "job_id"),
        Index("ix_job_active", "state", "job_id", postgresql_where=text("state NOT IN ('CLOSED', 'CANCELLED')")),
    )


class LabelSchemaRow(Base):
    """One version of a job's label schema."""

    __tablename__ = "label_schema"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    schema_json: Mapped[Words]


class InstructionsRow(Base):
    """One version of a job's instructions."""

    __tablename__ = "instructions"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    ko: Mapped[Blank]
    en: Mapped[Blank]


class PublicationRow(Base):
    """One request for money of a job: REQUESTED, RESERVED, REFUSED, CANCELLED. Its terms hold once reserved."""

    __tablename__ = "publication"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    publish_no: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[Words]
    price_krw: Mapped[Krw]
    fee_krw: Mapped[Krw]
    fee_vat_krw: Mapped[Krw]
    overlap_max: Mapped[Small]
    budget_krw: Mapped[Krw]
    # Items with a lower seq are paid for by it, or by an earlier one.
    seq_end: Mapped[Big]
    create_time: Mapped[Instant]
    decide_time: Mapped[Instant | None]


class ItemRow(Base):
    """One item. `answers_wanted` is 0 while it waits for money on an open job, and then nobody can claim it.

    Claimable iff live + pending + accepted < answers_wanted and not resolved, in the words of `ix_item_claimable`.
    `pos` is in no other index, so ordering by (job_id, pos) can only use that one.
    """

    __tablename__ = "item"

    item_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    key: Mapped[Words]
    # BLAKE2b-128 of the key: a key may be longer than an index entry.
    key_hash: Mapped[Id]
    seq: Mapped[Big]
    data_json: Mapped[Words]
    # Of a gold item, the known label, or '' where more than a single choice is asked; then the known answer and its body.
    gold_label: Mapped[Words | None]
    gold_answer_json: Mapped[Blank]
    gold_sha256: Mapped[Blank]
    overlap_max: Mapped[Small]
    answers_wanted: Mapped[Small]
    live: Mapped[SmallCount]
    pending: Mapped[SmallCount]
    accepted: Mapped[SmallCount]
    rejected: Mapped[SmallCount]
    answers_total: Mapped[SmallCount]
    pos: Mapped[Big]
    resolved: Mapped[No]
    # Where more than a single choice is asked, the result is a body.
    result_label: Mapped[Blank]
    result_sha256: Mapped[Blank]
    result_confidence: Mapped[Share] = mapped_column(server_default="0")
    result_tie: Mapped[No]
    result_revision: Mapped[Count]
    # Since when it wants an answer.
    wanting_time: Mapped[Instant]

    __table_args__ = (
        UniqueConstraint("job_id", "key_hash", name="uq_item_job_id_key_hash"),
        CheckConstraint("live >= 0 AND pending >= 0 AND accepted >= 0 AND rejected >= 0", name="counts"),
        Index("ix_item_job_id_seq", "job_id", "seq"),
        Index(
            "ix_item_claimable",
            "job_id",
            "pos",
            postgresql_where=text("live + pending + accepted < answers_wanted AND NOT resolved"),
        ),
        Index("ix_item_gold", "job_id", "seq", postgresql_where=text("gold_label IS NOT NULL")),
    )


class JobTallyRow(Base):
    """A job's counts, cut in shards so that no row is hot: their sums over `shard` are exact.

    `confidence_micro` is the sum of results' confidences in millionths (whole numbers add up in any order).
    """

    __tablename__ = "job_tally"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    shard: Mapped[Small] = mapped_column(primary_key=True)
    live: Mapped[Count]
    submitted: Mapped[Count]
    judged: Mapped[Count]
    accepted: Mapped[Count]
    rejected: Mapped[Count]
    paid: Mapped[Count]
    paid_krw: Mapped[Count]
    resolved: Mapped[Count]
    resolved_gold: Mapped[Count]
    confidence_micro: Mapped[Count]


class ThroughputMinuteRow(Base):
    """What happened in one minute, over all jobs, in shards."""

    __tablename__ = "throughput_minute"

    minute_time: Mapped[Instant] = mapped_column(primary_key=True)
    shard: Mapped[Small] = mapped_column(primary_key=True)
    claimed: Mapped[Count]
    submitted: Mapped[Count]
    accepted: Mapped[Count]
    rejected: Mapped[Count]
    paid_krw: Mapped[Count]
