"""How far each person has come, and what the others tell of it."""

from alembic import op

from services.runtime.grants import grant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE journey_step (
        worker_id uuid NOT NULL,
        step text NOT NULL,
        reach_time timestamptz NOT NULL,
        CONSTRAINT pk_journey_step PRIMARY KEY (worker_id, step)
    )
    """,
    """
    CREATE TABLE claim_day (
        worker_id uuid NOT NULL,
        day date NOT NULL,
        CONSTRAINT pk_claim_day PRIMARY KEY (worker_id, day)
    )
    """,
    """
    CREATE TABLE work_time (
        worker_id uuid CONSTRAINT pk_work_time PRIMARY KEY,
        answered_count bigint NOT NULL,
        active_ms bigint NOT NULL
    )
    """,
    """
    CREATE TABLE paid_answer (
        answer_id uuid CONSTRAINT pk_paid_answer PRIMARY KEY,
        worker_id uuid NOT NULL,
        revision bigint NOT NULL,
        net_krw bigint NOT NULL
    )
    """,
    """
    CREATE TABLE work_pay (
        worker_id uuid CONSTRAINT pk_work_pay PRIMARY KEY,
        paid_count bigint NOT NULL,
        earned_krw bigint NOT NULL
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE", ("journey_step", "claim_day", "work_time", "paid_answer", "work_pay"))
