"""The ledger's tables and the guards that no program gets around."""

from alembic import op

from services.payments.domain.ledger import AccountKind, account_of
from services.runtime.grants import append_only, grant, grant_sequences
from services.runtime.tables import create_runtime_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE organisation (
        organisation_id uuid CONSTRAINT pk_organisation PRIMARY KEY,
        revision bigint NOT NULL
    )
    """,
    """
    CREATE TABLE worker_restriction (
        worker_id uuid CONSTRAINT pk_worker_restriction PRIMARY KEY,
        revision bigint NOT NULL,
        kind text NOT NULL,
        until_time timestamptz,
        active boolean NOT NULL
    )
    """,
    """
    CREATE TABLE account (
        account_id uuid CONSTRAINT pk_account PRIMARY KEY,
        kind text NOT NULL,
        owner_id uuid NOT NULL,
        CONSTRAINT uq_account_kind_owner_id UNIQUE (kind, owner_id)
    )
    """,
    """
    CREATE TABLE account_total (
        account_id uuid CONSTRAINT pk_account_total PRIMARY KEY
            CONSTRAINT fk_account_total_account_id REFERENCES account (account_id),
        balance_krw bigint NOT NULL DEFAULT 0,
        CONSTRAINT ck_account_total_floor CHECK (balance_krw >= 0)
    ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02)
    """,
    """
    CREATE TABLE journal (
        journal_id uuid CONSTRAINT pk_journal PRIMARY KEY,
        kind text NOT NULL,
        job_id uuid,
        create_time timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE posting (
        posting_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_posting PRIMARY KEY,
        journal_id uuid NOT NULL CONSTRAINT fk_posting_journal_id REFERENCES journal (journal_id),
        account_id uuid NOT NULL CONSTRAINT fk_posting_account_id REFERENCES account (account_id),
        amount_krw bigint NOT NULL,
        CONSTRAINT ck_posting_amount CHECK (amount_krw <> 0)
    )
    """,
    "CREATE INDEX ix_posting_journal_id ON posting (journal_id)",
    "CREATE INDEX ix_posting_account_id_posting_id ON posting (account_id, posting_id)",
    """
    CREATE TABLE deposit (
        journal_id uuid CONSTRAINT pk_deposit PRIMARY KEY
            CONSTRAINT fk_deposit_journal_id REFERENCES journal (journal_id),
        organisation_id uuid NOT NULL
            CONSTRAINT fk_deposit_organisation_id REFERENCES organisation (organisation_id),
        operator_id uuid NOT NULL,
        amount_krw bigint NOT NULL,
        bank_reference text NOT NULL,
        CONSTRAINT ck_deposit_amount CHECK (amount_krw > 0)
    )
    """,
    """
    CREATE TABLE job (
        job_id uuid CONSTRAINT pk_job PRIMARY KEY,
        organisation_id uuid NOT NULL,
        escrow_account_id uuid NOT NULL
            CONSTRAINT fk_job_escrow_account_id REFERENCES account (account_id),
        close_revision bigint NOT NULL DEFAULT 0,
        answers_submitted bigint NOT NULL DEFAULT 0,
        appeal_end_time timestamptz,
        released_krw bigint NOT NULL DEFAULT 0,
        covered_krw bigint NOT NULL DEFAULT 0,
        appeals_krw bigint NOT NULL DEFAULT 0,
        kept_krw bigint NOT NULL DEFAULT 0,
        release_revision bigint NOT NULL DEFAULT 0,
        swept_fee_krw bigint NOT NULL DEFAULT 0,
        swept_vat_krw bigint NOT NULL DEFAULT 0,
        CONSTRAINT ck_job_amounts
            CHECK (released_krw >= 0 AND covered_krw >= 0 AND appeals_krw >= 0 AND kept_krw >= 0)
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX ix_job_organisation_id ON job (organisation_id)",
    "CREATE INDEX ix_job_appeal_end_time ON job (appeal_end_time) WHERE kept_krw > 0",
    """
    CREATE TABLE reservation (
        job_id uuid NOT NULL CONSTRAINT fk_reservation_job_id REFERENCES job (job_id),
        publish_no integer NOT NULL,
        price_krw bigint NOT NULL,
        fee_krw bigint NOT NULL,
        fee_vat_krw bigint NOT NULL,
        budget_krw bigint NOT NULL,
        appeal_seconds bigint NOT NULL,
        state text NOT NULL,
        missing_krw bigint NOT NULL,
        final_count bigint NOT NULL,
        rejected_count bigint NOT NULL,
        paid_count bigint NOT NULL,
        CONSTRAINT pk_reservation PRIMARY KEY (job_id, publish_no),
        CONSTRAINT ck_reservation_publish_no CHECK (publish_no > 0),
        CONSTRAINT ck_reservation_amounts
            CHECK (price_krw >= 0 AND fee_krw >= 0 AND fee_vat_krw >= 0 AND budget_krw >= 0),
        CONSTRAINT ck_reservation_state CHECK (state IN ('RESERVED', 'REFUSED', 'RETURNED')),
        CONSTRAINT ck_reservation_counts CHECK (final_count >= 0 AND rejected_count >= 0 AND paid_count >= 0)
    ) WITH (fillfactor = 50)
    """,
    """
    CREATE TABLE paid_answer (
        answer_id uuid CONSTRAINT pk_paid_answer PRIMARY KEY,
        job_id uuid NOT NULL,
        worker_id uuid NOT NULL,
        publish_no integer NOT NULL,
        revision bigint NOT NULL,
        state text NOT NULL,
        is_paid boolean NOT NULL,
        net_krw bigint NOT NULL,
        CONSTRAINT ck_paid_answer_net CHECK (net_krw >= 0 AND (is_paid OR net_krw = 0)),
        CONSTRAINT ck_paid_answer_state CHECK (state IN ('PENDING', 'ACCEPTED', 'REJECTED')),
        CONSTRAINT fk_paid_answer_job_id FOREIGN KEY (job_id, publish_no)
            REFERENCES reservation (job_id, publish_no)
    ) WITH (fillfactor = 90)
    """,
    """
    CREATE TABLE paid_line (
        answer_id uuid NOT NULL,
        revision bigint NOT NULL,
        line_id bigint GENERATED ALWAYS AS IDENTITY,
        line_time timestamptz NOT NULL DEFAULT now(),
        journal_id uuid NOT NULL CONSTRAINT fk_paid_line_journal_id REFERENCES journal (journal_id),
        worker_id uuid NOT NULL,
        job_id uuid NOT NULL,
        amount_krw bigint NOT NULL,
        CONSTRAINT pk_paid_line PRIMARY KEY (answer_id, revision),
        CONSTRAINT ck_paid_line_amount CHECK (amount_krw <> 0)
    )
    """,
    "CREATE INDEX ix_paid_line_worker_id_line_time ON paid_line (worker_id, line_time, line_id)",
    """
    CREATE FUNCTION check_journal_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        balance numeric;
    BEGIN
        SELECT sum(amount_krw) INTO balance FROM posting WHERE journal_id = NEW.journal_id;
        IF balance <> 0 THEN
            RAISE EXCEPTION 'journal % is off by % won', NEW.journal_id, balance
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_journal_balance';
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER journal_balance AFTER INSERT OR UPDATE ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_balance()
    """,
)

APPEND_ONLY = ("journal", "posting", "deposit", "paid_line")
CHANGING = ("organisation", "worker_restriction", "account_total", "job", "reservation", "paid_answer")
PLATFORM = (AccountKind.BANK_CASH, AccountKind.PLATFORM_FEE, AccountKind.PLATFORM_VAT, AccountKind.APPEALS)


def upgrade() -> None:
    create_runtime_tables(op)
    for statement in STATEMENTS:
        op.execute(statement)
    for kind in PLATFORM:
        account = account_of(kind)
        op.execute(
            f"INSERT INTO account (account_id, kind, owner_id) "  # noqa: S608 - our own constants
            f"VALUES ('{account.account_id}', '{account.kind}', '{account.owner_id}')"
        )
    for table in APPEND_ONLY:
        append_only(op, table)
    grant(op, "SELECT, INSERT", ["account"])
    grant(op, "SELECT, INSERT, UPDATE", CHANGING)
    grant_sequences(op)
