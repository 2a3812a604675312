"""Which keys do what for a person. Nothing: never chosen."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE account
            ADD COLUMN bench_keys jsonb
                CONSTRAINT ck_account_bench_keys CHECK (length(CAST(bench_keys AS text)) <= 8000)
    """)
