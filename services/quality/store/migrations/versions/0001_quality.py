"""The tables of the quality service."""

from alembic import op

from services.runtime.grants import append_only, grant, grant_sequences
from services.runtime.tables import create_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE job (
        job_id uuid CONSTRAINT pk_job PRIMARY KEY,
        organisation_id uuid NOT NULL,
        annotation_type smallint NOT NULL,
        policy text NOT NULL,
        overlap_min smallint NOT NULL,
        overlap_max smallint NOT NULL,
        confidence_target double precision NOT NULL,
        reject_below double precision NOT NULL,
        newcomer_answers integer NOT NULL,
        clock_seconds bigint NOT NULL,
        labels text[] NOT NULL,
        schema_version integer NOT NULL,
        revision bigint NOT NULL,
        answer_count bigint NOT NULL,
        judged_count bigint NOT NULL,
        rejected_count bigint NOT NULL,
        freeze_reason text,
        freeze_revision bigint NOT NULL,
        freeze_time timestamptz,
        freeze_judged_from bigint NOT NULL,
        freeze_rejected_from bigint NOT NULL,
        closed_answers bigint,
        finish_time timestamptz,
        memory bytea NOT NULL,
        CONSTRAINT ck_job_rejected_within_judged CHECK (rejected_count BETWEEN 0 AND judged_count),
        CONSTRAINT ck_job_judged_within_answers CHECK (judged_count <= answer_count)
    ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)
    """,
    "CREATE INDEX ix_job_freeze_time ON job (freeze_time) WHERE freeze_time IS NOT NULL",
    """
    CREATE TABLE gold_batch (
        job_id uuid NOT NULL,
        gold_revision bigint NOT NULL,
        CONSTRAINT pk_gold_batch PRIMARY KEY (job_id, gold_revision)
    )
    """,
    """
    CREATE TABLE gold (
        item_id uuid CONSTRAINT pk_gold PRIMARY KEY,
        job_id uuid NOT NULL,
        label text NOT NULL
    )
    """,
    """
    CREATE TABLE item (
        item_id uuid CONSTRAINT pk_item PRIMARY KEY,
        job_id uuid NOT NULL,
        answer_count integer NOT NULL,
        answers_wanted integer NOT NULL,
        resolved boolean NOT NULL,
        label text NOT NULL,
        confidence double precision NOT NULL,
        tie boolean NOT NULL,
        result_revision bigint NOT NULL,
        posterior bytea NOT NULL,
        memory bytea NOT NULL,
        CONSTRAINT ck_item_confidence_is_share CHECK (confidence BETWEEN 0 AND 1)
    ) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05)
    """,
    "CREATE INDEX ix_item_job_id_item_id ON item (job_id, item_id)",
    """
    CREATE TABLE answer (
        answer_id uuid CONSTRAINT pk_answer PRIMARY KEY,
        job_id uuid NOT NULL,
        item_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        label text NOT NULL,
        apply_no bigint NOT NULL,
        publish_no integer NOT NULL,
        schema_version integer NOT NULL,
        active_ms bigint NOT NULL,
        late boolean NOT NULL,
        not_sure boolean NOT NULL,
        score double precision NOT NULL,
        state text NOT NULL,
        reason text NOT NULL,
        revision bigint NOT NULL,
        due_time timestamptz NOT NULL,
        memory bytea NOT NULL,
        CONSTRAINT uq_answer_item_id_worker_id UNIQUE (item_id, worker_id),
        CONSTRAINT uq_answer_job_id_apply_no UNIQUE (job_id, apply_no),
        CONSTRAINT ck_answer_state_known CHECK (state IN ('pending', 'accepted', 'rejected')),
        CONSTRAINT ck_answer_pending_has_no_verdict CHECK ((state = 'pending') = (revision = 0))
    ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)
    """,
    "CREATE INDEX ix_answer_pending ON answer (job_id, worker_id, reason) WHERE state = 'pending'",
    "CREATE INDEX ix_answer_due ON answer (due_time) WHERE state = 'pending'",
    """
    CREATE TABLE verdict (
        answer_id uuid NOT NULL,
        revision bigint NOT NULL,
        verdict_no bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
        job_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        state text NOT NULL,
        reason text NOT NULL,
        given_score double precision NOT NULL,
        verdict_time timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT pk_verdict PRIMARY KEY (answer_id, revision),
        CONSTRAINT ck_verdict_state_final CHECK (state IN ('accepted', 'rejected')),
        CONSTRAINT ck_verdict_score_is_share CHECK (given_score BETWEEN 0 AND 1)
    )
    """,
    "CREATE INDEX ix_verdict_job_id_verdict_no ON verdict (job_id, verdict_no)",
    "CREATE INDEX ix_verdict_worker_id_verdict_no ON verdict (worker_id, verdict_no)",
    """
    CREATE TABLE worker_evidence (
        job_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        answer_count bigint NOT NULL,
        gold_right double precision NOT NULL,
        gold_wrong double precision NOT NULL,
        peer_right double precision NOT NULL,
        peer_wrong double precision NOT NULL,
        counts bytea NOT NULL,
        CONSTRAINT pk_worker_evidence PRIMARY KEY (job_id, worker_id)
    ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)
    """,
    """
    CREATE TABLE skill (
        worker_id uuid NOT NULL,
        annotation_type smallint NOT NULL,
        exam_revision bigint NOT NULL DEFAULT 0,
        exam_attempt_id uuid,
        exam_right double precision NOT NULL DEFAULT 0,
        exam_wrong double precision NOT NULL DEFAULT 0,
        certificate_revision bigint NOT NULL DEFAULT 0,
        certificate_id uuid,
        certificate_right double precision NOT NULL DEFAULT 0,
        certificate_wrong double precision NOT NULL DEFAULT 0,
        gold_right double precision NOT NULL DEFAULT 0,
        gold_wrong double precision NOT NULL DEFAULT 0,
        peer_right double precision NOT NULL DEFAULT 0,
        peer_wrong double precision NOT NULL DEFAULT 0,
        told_revision bigint NOT NULL DEFAULT 0,
        told_strength double precision NOT NULL DEFAULT 0,
        CONSTRAINT pk_skill PRIMARY KEY (worker_id, annotation_type)
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)
    """,
)

TABLES = ("job", "gold_batch", "gold", "item", "answer", "worker_evidence", "skill")


def upgrade() -> None:
    create_runtime_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", TABLES)
    append_only(op, "verdict")
    grant_sequences(op)
