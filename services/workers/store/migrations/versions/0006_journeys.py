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
        worker_id uuid NOT NULL CONSTRAINT fk_journey_step_worker_id REFERENCES worker,
        step text NOT NULL,
        reach_time timestamptz NOT NULL,
        CONSTRAINT pk_journey_step PRIMARY KEY (worker_id, step)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE", ("journey_step",))
