"""Jobs for a company's pool, and who belongs to which pool."""

from alembic import op

from services.runtime.grants import grant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    "ALTER TABLE job ADD COLUMN pool_only boolean NOT NULL DEFAULT false",
    """
    CREATE TABLE pool_member (
        organisation_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        member boolean NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT pk_pool_member PRIMARY KEY (organisation_id, worker_id)
    )
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE", ("pool_member",))
