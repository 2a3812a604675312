"""What people say of themselves, and which jobs they are told of."""

from alembic import op

from services.runtime.grants import grant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE worker_profile (
        worker_id uuid CONSTRAINT pk_worker_profile PRIMARY KEY,
        languages text[] NOT NULL,
        jobs_wanted boolean NOT NULL,
        wanted_types smallint[] NOT NULL
    )
    """,
    "CREATE INDEX ix_worker_profile_jobs_wanted ON worker_profile (worker_id) WHERE jobs_wanted",
    """
    CREATE TABLE job_announcement (
        job_id uuid CONSTRAINT pk_job_announcement PRIMARY KEY,
        revision bigint NOT NULL,
        organisation_id uuid NOT NULL,
        annotation_type smallint NOT NULL,
        price_krw bigint NOT NULL,
        pool_only boolean NOT NULL,
        required_skill double precision NOT NULL,
        open_time timestamptz NOT NULL,
        told_up_to uuid NOT NULL,
        told_count bigint NOT NULL,
        finish_time timestamptz
    )
    """,
    "CREATE INDEX ix_job_announcement_open ON job_announcement (open_time) WHERE finish_time IS NULL",
    """
    CREATE TABLE expiry_notice (
        certificate_id uuid CONSTRAINT pk_expiry_notice PRIMARY KEY
            CONSTRAINT fk_expiry_notice_certificate_id REFERENCES certificate
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE", ("worker_profile", "job_announcement", "expiry_notice"))
