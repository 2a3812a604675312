"""Verified addresses, new passwords by link, e-mails to be sent, consents, closed accounts.

Accounts from before had no way to verify their address: they go on as they are.
"""

from alembic import op

from services.runtime.grants import grant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    ALTER TABLE account
        ADD COLUMN email_verify_time timestamptz,
        ADD COLUMN close_time timestamptz
    """,
    "UPDATE account SET email_verify_time = create_time",
    """
    CREATE TABLE consent (
        consent_id uuid CONSTRAINT pk_consent PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_consent_account_id REFERENCES account,
        document text NOT NULL,
        version smallint NOT NULL,
        give_time timestamptz NOT NULL,
        withdraw_time timestamptz
    )
    """,
    "CREATE UNIQUE INDEX uq_consent_live ON consent (account_id, document, version) WHERE withdraw_time IS NULL",
    "CREATE INDEX ix_consent_account_id ON consent (account_id)",
    """
    CREATE TABLE verification (
        account_id uuid CONSTRAINT pk_verification PRIMARY KEY
            CONSTRAINT fk_verification_account_id REFERENCES account,
        code_digest bytea NOT NULL,
        tries smallint NOT NULL,
        expire_time timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE password_reset (
        token_digest bytea CONSTRAINT pk_password_reset PRIMARY KEY,
        account_id uuid CONSTRAINT fk_password_reset_account_id REFERENCES account,
        expire_time timestamptz NOT NULL,
        use_time timestamptz
    )
    """,
    "CREATE INDEX ix_password_reset_account_id ON password_reset (account_id)",
    "CREATE INDEX ix_password_reset_expire_time ON password_reset (expire_time)",
    """
    CREATE TABLE mail (
        mail_id uuid CONSTRAINT pk_mail PRIMARY KEY,
        account_id uuid CONSTRAINT fk_mail_account_id REFERENCES account,
        kind text NOT NULL,
        subject text NOT NULL,
        body text NOT NULL,
        secret_sealed bytea,
        verified_only boolean NOT NULL,
        state text NOT NULL CONSTRAINT ck_mail_state CHECK (state IN ('WAITING', 'SENT', 'GIVEN_UP', 'DROPPED')),
        tries smallint NOT NULL,
        create_time timestamptz NOT NULL,
        next_try_time timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_mail_waiting ON mail (next_try_time) WHERE state = 'WAITING'",
    "CREATE INDEX ix_mail_account_id ON mail (account_id, kind, create_time)",
    "CREATE INDEX ix_mail_create_time ON mail (create_time)",
    """
    CREATE TABLE counted_act (
        counted_act_id uuid CONSTRAINT pk_counted_act PRIMARY KEY,
        act text NOT NULL,
        place text NOT NULL,
        act_time timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_counted_act_place ON counted_act (place, act, act_time)",
    "CREATE INDEX ix_counted_act_act_time ON counted_act (act_time)",
)

NAMES = ("consent", "verification", "password_reset", "mail", "counted_act")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", NAMES)
