"""People, certificates, skills, exams."""

from alembic import op

from services.runtime.grants import grant
from services.runtime.tables import create_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE worker (
        worker_id uuid CONSTRAINT pk_worker PRIMARY KEY,
        create_time timestamptz NOT NULL,
        restriction_kind text,
        restriction_reason text,
        restriction_until_time timestamptz,
        standing_revision bigint NOT NULL
    )
    """,
    """
    CREATE TABLE certificate (
        certificate_id uuid CONSTRAINT pk_certificate PRIMARY KEY,
        number text NOT NULL CONSTRAINT uq_certificate_number UNIQUE,
        worker_id uuid NOT NULL CONSTRAINT fk_certificate_worker_id REFERENCES worker,
        annotation_type smallint NOT NULL,
        issue_time timestamptz NOT NULL,
        expire_time timestamptz NOT NULL,
        score_right integer,
        score_count integer,
        grant_reason text NOT NULL,
        revoke_time timestamptz,
        revoke_reason text NOT NULL,
        revision bigint NOT NULL
    )
    """,
    "CREATE INDEX ix_certificate_worker_id ON certificate (worker_id, annotation_type)",
    """
    CREATE TABLE skill (
        worker_id uuid NOT NULL,
        annotation_type smallint NOT NULL,
        revision bigint NOT NULL,
        lower double precision NOT NULL,
        mean double precision NOT NULL,
        upper double precision NOT NULL,
        count double precision NOT NULL,
        CONSTRAINT pk_skill PRIMARY KEY (worker_id, annotation_type)
    )
    """,
    """
    CREATE TABLE exam_item (
        exam_item_id uuid CONSTRAINT pk_exam_item PRIMARY KEY,
        annotation_type smallint NOT NULL,
        item_key text NOT NULL,
        data_json text NOT NULL,
        labels text[] NOT NULL,
        right_label text NOT NULL,
        CONSTRAINT uq_exam_item_annotation_type_item_key UNIQUE (annotation_type, item_key)
    )
    """,
    """
    CREATE TABLE exam_attempt (
        attempt_id uuid CONSTRAINT pk_exam_attempt PRIMARY KEY,
        worker_id uuid NOT NULL CONSTRAINT fk_exam_attempt_worker_id REFERENCES worker,
        annotation_type smallint NOT NULL,
        item_count integer NOT NULL,
        start_time timestamptz NOT NULL,
        end_time timestamptz NOT NULL,
        finish_time timestamptz,
        right_count integer,
        certificate_id uuid CONSTRAINT fk_exam_attempt_certificate_id REFERENCES certificate,
        CONSTRAINT ck_exam_attempt_right_count CHECK (right_count BETWEEN 0 AND item_count)
    )
    """,
    "CREATE INDEX ix_exam_attempt_worker_id ON exam_attempt (worker_id, annotation_type, start_time)",
    "CREATE UNIQUE INDEX uq_exam_attempt_running ON exam_attempt (worker_id, annotation_type) WHERE finish_time IS NULL",
    "CREATE INDEX ix_exam_attempt_end_time ON exam_attempt (end_time) WHERE finish_time IS NULL",
    """
    CREATE TABLE exam_attempt_item (
        attempt_id uuid NOT NULL CONSTRAINT fk_exam_attempt_item_attempt_id REFERENCES exam_attempt,
        exam_item_id uuid NOT NULL CONSTRAINT fk_exam_attempt_item_exam_item_id REFERENCES exam_item,
        place smallint NOT NULL,
        saved_label text,
        CONSTRAINT pk_exam_attempt_item PRIMARY KEY (attempt_id, exam_item_id)
    )
    """,
)


def upgrade() -> None:
    create_runtime_tables(op)
    for statement in TABLES:
        op.execute(statement)
    # Nothing here is ever deleted: a certificate's story and an exam's items must stay readable.
    names = ("worker", "certificate", "skill", "exam_item", "exam_attempt", "exam_attempt_item")
    grant(op, "SELECT, INSERT, UPDATE", names)
