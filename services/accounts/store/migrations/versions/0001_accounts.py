"""Accounts, roles, organisations, sessions, keys."""

from alembic import op

from services.runtime.grants import grant
from services.runtime.tables import create_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE account (
        account_id uuid CONSTRAINT pk_account PRIMARY KEY,
        email text NOT NULL,
        display_name text NOT NULL,
        language text NOT NULL,
        password_hash text,
        revision bigint NOT NULL,
        create_time timestamptz NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX uq_account_email ON account (lower(email))",
    """
    CREATE TABLE organisation (
        organisation_id uuid CONSTRAINT pk_organisation PRIMARY KEY,
        name text NOT NULL,
        revision bigint NOT NULL,
        create_time timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE role_grant (
        role_grant_id uuid CONSTRAINT pk_role_grant PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_role_grant_account_id REFERENCES account,
        role text NOT NULL,
        organisation_id uuid CONSTRAINT fk_role_grant_organisation_id REFERENCES organisation,
        grant_time timestamptz NOT NULL,
        CONSTRAINT uq_role_grant_account_id_role_organisation_id UNIQUE NULLS NOT DISTINCT (account_id, role, organisation_id)
    )
    """,
    "CREATE INDEX ix_role_grant_organisation_id ON role_grant (organisation_id)",
    """
    CREATE TABLE sign_in_code (
        code_digest bytea CONSTRAINT pk_sign_in_code PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_sign_in_code_account_id REFERENCES account,
        expire_time timestamptz NOT NULL,
        use_time timestamptz
    )
    """,
    "CREATE INDEX ix_sign_in_code_expire_time ON sign_in_code (expire_time)",
    """
    CREATE TABLE session (
        session_id uuid CONSTRAINT pk_session PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_session_account_id REFERENCES account,
        create_time timestamptz NOT NULL,
        last_use_time timestamptz NOT NULL,
        auth_time timestamptz NOT NULL,
        expire_time timestamptz NOT NULL,
        end_time timestamptz,
        revision bigint NOT NULL
    )
    """,
    "CREATE INDEX ix_session_live ON session (account_id, session_id) WHERE end_time IS NULL",
    "CREATE INDEX ix_session_expire_time ON session (expire_time)",
    """
    CREATE TABLE refresh_token (
        token_digest bytea CONSTRAINT pk_refresh_token PRIMARY KEY,
        session_id uuid NOT NULL CONSTRAINT fk_refresh_token_session_id REFERENCES session ON DELETE CASCADE,
        expire_time timestamptz NOT NULL,
        use_time timestamptz
    )
    """,
    "CREATE INDEX ix_refresh_token_session_id ON refresh_token (session_id)",
    "CREATE INDEX ix_refresh_token_expire_time ON refresh_token (expire_time)",
    """
    CREATE TABLE api_key (
        api_key_id uuid CONSTRAINT pk_api_key PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_api_key_account_id REFERENCES account,
        name text NOT NULL,
        secret_digest bytea NOT NULL CONSTRAINT uq_api_key_secret_digest UNIQUE,
        create_time timestamptz NOT NULL,
        last_use_time timestamptz,
        revoke_time timestamptz
    )
    """,
    "CREATE INDEX ix_api_key_live ON api_key (account_id, api_key_id) WHERE revoke_time IS NULL",
    """
    CREATE TABLE failed_sign_in (
        attempt_id uuid CONSTRAINT pk_failed_sign_in PRIMARY KEY,
        email_digest bytea NOT NULL,
        place text NOT NULL,
        attempt_time timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_failed_sign_in_place ON failed_sign_in (place, attempt_time)",
    "CREATE INDEX ix_failed_sign_in_attempt_time ON failed_sign_in (attempt_time)",
    """
    CREATE TABLE signing_key (
        key_id text CONSTRAINT pk_signing_key PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        private_sealed bytea NOT NULL,
        active_time timestamptz NOT NULL,
        retire_time timestamptz
    )
    """,
)

NAMES = (
    "account",
    "organisation",
    "role_grant",
    "sign_in_code",
    "session",
    "refresh_token",
    "api_key",
    "failed_sign_in",
    "signing_key",
)


def upgrade() -> None:
    create_runtime_tables(op)
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", NAMES)
