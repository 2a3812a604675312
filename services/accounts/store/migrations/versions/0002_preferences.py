"""How pages look to a person. Defaults let code from before go on adding accounts."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        ALTER TABLE account
            ADD COLUMN text_size smallint NOT NULL DEFAULT 0
                CONSTRAINT ck_account_text_size CHECK (text_size BETWEEN 0 AND 5),
            ADD COLUMN high_contrast boolean NOT NULL DEFAULT false,
            ADD COLUMN single_keys_off boolean NOT NULL DEFAULT false
    """)
