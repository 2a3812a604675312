"""Answers, known answers and results that are more than a label, and what they answer."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE job ADD COLUMN controls text NOT NULL DEFAULT '[]'")
    for table in ("gold", "item", "answer"):
        op.execute(f"ALTER TABLE {table} ADD COLUMN body_sha256 text NOT NULL DEFAULT ''")
