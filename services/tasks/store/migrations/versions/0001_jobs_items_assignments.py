"""The tables of the tasks service."""

from alembic import op

from services.runtime.grants import grant, grant_sequences
from services.runtime.tables import create_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The tail of every queue: items that become claimable again get their `pos` from item_pos_seq, which begins far
# behind any position that an import gives.
STATEMENTS = (
    """
    CREATE TABLE job (
        job_id uuid NOT NULL,
        organisation_id uuid NOT NULL,
        create_account_id uuid,
        title text NOT NULL,
        state text NOT NULL,
        revision bigint NOT NULL,
        annotation_type integer NOT NULL,
        policy integer NOT NULL,
        claim_mode integer NOT NULL,
        price_krw bigint NOT NULL,
        fee_krw bigint NOT NULL DEFAULT 0,
        fee_vat_krw bigint NOT NULL DEFAULT 0,
        overlap_min smallint NOT NULL,
        overlap_max smallint NOT NULL,
        gold_overlap smallint NOT NULL,
        lease_seconds integer NOT NULL,
        hold_limit integer NOT NULL,
        confidence_target double precision NOT NULL,
        reject_below double precision NOT NULL,
        newcomer_answers integer NOT NULL,
        clock_seconds bigint NOT NULL,
        appeal_seconds bigint NOT NULL,
        required_skill double precision NOT NULL,
        deadline_time timestamptz,
        expected_seconds integer NOT NULL,
        schema_version integer NOT NULL DEFAULT 1,
        instructions_version integer NOT NULL DEFAULT 1,
        publish_no integer NOT NULL DEFAULT 0,
        publish_count integer NOT NULL DEFAULT 0,
        requested_publish_no integer,
        missing_krw bigint NOT NULL DEFAULT 0,
        reserved_krw bigint NOT NULL DEFAULT 0,
        released_krw bigint NOT NULL DEFAULT 0,
        release_revision bigint NOT NULL DEFAULT 0,
        staged_price_krw bigint,
        staged_overlap_max smallint,
        gold_revision bigint NOT NULL DEFAULT 0,
        item_count bigint NOT NULL DEFAULT 0,
        gold_count bigint NOT NULL DEFAULT 0,
        staged_count bigint NOT NULL DEFAULT 0,
        staged_gold_count bigint NOT NULL DEFAULT 0,
        next_seq bigint NOT NULL DEFAULT 1,
        freeze_revision bigint NOT NULL DEFAULT 0,
        frozen_from text NOT NULL DEFAULT '',
        create_time timestamptz NOT NULL,
        open_time timestamptz,
        close_time timestamptz,
        CONSTRAINT pk_job PRIMARY KEY (job_id)
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX ix_job_active ON job (state, job_id) WHERE state NOT IN ('CLOSED', 'CANCELLED')",
    "CREATE INDEX ix_job_organisation_id_job_id ON job (organisation_id, job_id)",
    """
    CREATE TABLE label_schema (
        job_id uuid NOT NULL,
        version integer NOT NULL,
        schema_json text NOT NULL,
        CONSTRAINT pk_label_schema PRIMARY KEY (job_id, version)
    )
    """,
    """
    CREATE TABLE instructions (
        job_id uuid NOT NULL,
        version integer NOT NULL,
        ko text NOT NULL DEFAULT '',
        en text NOT NULL DEFAULT '',
        CONSTRAINT pk_instructions PRIMARY KEY (job_id, version)
    )
    """,
    """
    CREATE TABLE publication (
        job_id uuid NOT NULL,
        publish_no integer NOT NULL,
        state text NOT NULL,
        price_krw bigint NOT NULL,
        fee_krw bigint NOT NULL,
        fee_vat_krw bigint NOT NULL,
        overlap_max smallint NOT NULL,
        budget_krw bigint NOT NULL,
        seq_end bigint NOT NULL,
        create_time timestamptz NOT NULL,
        decide_time timestamptz,
        CONSTRAINT pk_publication PRIMARY KEY (job_id, publish_no)
    )
    """,
    """
    CREATE TABLE item (
        item_id uuid NOT NULL,
        job_id uuid NOT NULL,
        key text NOT NULL,
        key_hash uuid NOT NULL,
        seq bigint NOT NULL,
        data_json text NOT NULL,
        gold_label text,
        overlap_max smallint NOT NULL,
        answers_wanted smallint NOT NULL,
        live smallint NOT NULL DEFAULT 0,
        pending smallint NOT NULL DEFAULT 0,
        accepted smallint NOT NULL DEFAULT 0,
        rejected smallint NOT NULL DEFAULT 0,
        answers_total smallint NOT NULL DEFAULT 0,
        pos bigint NOT NULL,
        resolved boolean NOT NULL DEFAULT false,
        result_label text NOT NULL DEFAULT '',
        result_confidence double precision NOT NULL DEFAULT 0,
        result_tie boolean NOT NULL DEFAULT false,
        result_revision bigint NOT NULL DEFAULT 0,
        wanting_time timestamptz NOT NULL,
        CONSTRAINT pk_item PRIMARY KEY (item_id),
        CONSTRAINT uq_item_job_id_key_hash UNIQUE (job_id, key_hash),
        CONSTRAINT ck_item_counts CHECK (live >= 0 AND pending >= 0 AND accepted >= 0 AND rejected >= 0)
    ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)
    """,
    "CREATE INDEX ix_item_claimable ON item (job_id, pos) WHERE live + pending + accepted < answers_wanted AND NOT resolved",
    "CREATE INDEX ix_item_gold ON item (job_id, seq) WHERE gold_label IS NOT NULL",
    "CREATE INDEX ix_item_job_id_seq ON item (job_id, seq)",
    "CREATE SEQUENCE item_pos_seq AS bigint INCREMENT BY 1000 START WITH 1125899906842624",
    """
    CREATE TABLE job_tally (
        job_id uuid NOT NULL,
        shard smallint NOT NULL,
        live bigint NOT NULL DEFAULT 0,
        submitted bigint NOT NULL DEFAULT 0,
        judged bigint NOT NULL DEFAULT 0,
        accepted bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0,
        paid bigint NOT NULL DEFAULT 0,
        paid_krw bigint NOT NULL DEFAULT 0,
        resolved bigint NOT NULL DEFAULT 0,
        resolved_gold bigint NOT NULL DEFAULT 0,
        confidence_micro bigint NOT NULL DEFAULT 0,
        CONSTRAINT pk_job_tally PRIMARY KEY (job_id, shard)
    ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02)
    """,
    """
    CREATE TABLE throughput_minute (
        minute_time timestamptz NOT NULL,
        shard smallint NOT NULL,
        claimed bigint NOT NULL DEFAULT 0,
        submitted bigint NOT NULL DEFAULT 0,
        accepted bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0,
        paid_krw bigint NOT NULL DEFAULT 0,
        CONSTRAINT pk_throughput_minute PRIMARY KEY (minute_time, shard)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE assignment (
        assignment_id uuid NOT NULL,
        job_id uuid NOT NULL,
        item_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        claim_id uuid NOT NULL,
        certificate_id uuid,
        state smallint NOT NULL,
        claim_time timestamptz NOT NULL,
        lease_end_time timestamptz NOT NULL,
        hold_end_time timestamptz NOT NULL,
        schema_version integer NOT NULL,
        instructions_version integer NOT NULL,
        publish_no integer NOT NULL,
        price_krw bigint NOT NULL,
        draft_json text NOT NULL DEFAULT '',
        draft_revision bigint NOT NULL DEFAULT 0,
        draft_time timestamptz,
        answer_json text NOT NULL DEFAULT '',
        answer_hash bytea,
        label text,
        late boolean NOT NULL DEFAULT false,
        not_sure boolean NOT NULL DEFAULT false,
        submit_time timestamptz,
        last_act_time timestamptz NOT NULL,
        active_ms bigint NOT NULL DEFAULT 0,
        judged boolean NOT NULL DEFAULT false,
        verdict_state smallint NOT NULL DEFAULT 0,
        verdict_revision bigint NOT NULL DEFAULT 0,
        verdict_reason text NOT NULL DEFAULT '',
        verdict_time timestamptz,
        first_accepted boolean,
        first_revision bigint,
        paid_krw bigint NOT NULL DEFAULT 0,
        paid_revision bigint NOT NULL DEFAULT 0,
        CONSTRAINT pk_assignment PRIMARY KEY (assignment_id),
        CONSTRAINT uq_assignment_item_id_worker_id UNIQUE (item_id, worker_id)
    ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0)
    """,
    "CREATE INDEX ix_assignment_claim_id ON assignment (claim_id)",
    "CREATE INDEX ix_assignment_lease_end_time ON assignment (lease_end_time) WHERE state = 1",
    "CREATE INDEX ix_assignment_worker_id_assignment_id ON assignment (worker_id, assignment_id)",
    """
    CREATE TABLE worker_job (
        job_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        cursor_pos bigint NOT NULL DEFAULT 0,
        live_count integer NOT NULL DEFAULT 0,
        claimed_count bigint NOT NULL DEFAULT 0,
        submitted_count bigint NOT NULL DEFAULT 0,
        last_act_time timestamptz NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT pk_worker_job PRIMARY KEY (job_id, worker_id),
        CONSTRAINT ck_worker_job_live_count CHECK (live_count >= 0)
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)
    """,
    "CREATE INDEX ix_worker_job_worker_id ON worker_job (worker_id)",
    """
    CREATE TABLE worker_day (
        job_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        day date NOT NULL,
        active_ms bigint NOT NULL DEFAULT 0,
        accepted_krw bigint NOT NULL DEFAULT 0,
        answers bigint NOT NULL DEFAULT 0,
        CONSTRAINT pk_worker_day PRIMARY KEY (job_id, worker_id, day)
    ) WITH (fillfactor = 70)
    """,
    """
    CREATE TABLE certificate (
        certificate_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        annotation_type integer NOT NULL,
        valid_until timestamptz,
        state text NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT pk_certificate PRIMARY KEY (certificate_id)
    )
    """,
    "CREATE INDEX ix_certificate_worker_id_annotation_type ON certificate (worker_id, annotation_type)",
    """
    CREATE TABLE worker_restriction (
        worker_id uuid NOT NULL,
        kind text NOT NULL DEFAULT '',
        until_time timestamptz,
        active boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT pk_worker_restriction PRIMARY KEY (worker_id)
    )
    """,
    """
    CREATE TABLE worker_skill (
        worker_id uuid NOT NULL,
        annotation_type integer NOT NULL,
        revision bigint NOT NULL,
        lower double precision NOT NULL,
        mean double precision NOT NULL,
        upper double precision NOT NULL,
        count double precision NOT NULL,
        CONSTRAINT pk_worker_skill PRIMARY KEY (worker_id, annotation_type)
    )
    """,
)

TABLES = (
    "job",
    "label_schema",
    "instructions",
    "publication",
    "item",
    "job_tally",
    "throughput_minute",
    "assignment",
    "worker_job",
    "worker_day",
    "certificate",
    "worker_restriction",
    "worker_skill",
)


def upgrade() -> None:
    create_runtime_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", TABLES)
    grant_sequences(op)
