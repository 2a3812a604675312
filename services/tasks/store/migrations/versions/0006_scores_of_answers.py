"""The score of each answer, as its latest verdict says, for companies to see beside it. Earlier ones stay unknown."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE assignment ADD COLUMN verdict_score double precision NOT NULL DEFAULT 0")
