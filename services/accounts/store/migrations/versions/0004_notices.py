"""What people are told, and which of it goes out by e-mail."""

from alembic import op

from services.runtime.grants import grant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE notice (
        notice_id uuid CONSTRAINT pk_notice PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_notice_account_id REFERENCES account,
        template text NOT NULL,
        notice_group smallint NOT NULL,
        parameters jsonb NOT NULL,
        path text NOT NULL,
        once_key text,
        create_time timestamptz NOT NULL,
        read_time timestamptz
    )
    """,
    "CREATE UNIQUE INDEX uq_notice_once ON notice (account_id, once_key) WHERE once_key IS NOT NULL",
    "CREATE INDEX ix_notice_account_id ON notice (account_id, notice_id)",
    "CREATE INDEX ix_notice_unread ON notice (account_id) WHERE read_time IS NULL",
    "CREATE INDEX ix_notice_create_time ON notice (create_time)",
    """
    CREATE TABLE notice_choice (
        account_id uuid NOT NULL CONSTRAINT fk_notice_choice_account_id REFERENCES account,
        notice_group smallint NOT NULL,
        by_email boolean NOT NULL,
        CONSTRAINT pk_notice_choice PRIMARY KEY (account_id, notice_group)
    )
    """,
    # The link that switches e-mails like this one off; mail programs show it as a button.
    "ALTER TABLE mail ADD COLUMN stop_link text",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", ("notice", "notice_choice"))
