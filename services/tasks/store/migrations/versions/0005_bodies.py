"""Answers, known answers and results of more than a single choice, and the schema version that a claim began with."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE item ADD COLUMN gold_answer_json text NOT NULL DEFAULT ''",
    "ALTER TABLE item ADD COLUMN gold_sha256 text NOT NULL DEFAULT ''",
    "ALTER TABLE item ADD COLUMN result_sha256 text NOT NULL DEFAULT ''",
    "ALTER TABLE assignment ADD COLUMN moved_from_version integer NOT NULL DEFAULT 0",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
