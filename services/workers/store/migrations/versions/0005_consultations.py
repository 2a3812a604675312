"""Consultations, pools and offers."""

from alembic import op

from services.runtime.grants import grant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE organisation_member (
        organisation_id uuid NOT NULL,
        account_id uuid NOT NULL,
        CONSTRAINT pk_organisation_member PRIMARY KEY (organisation_id, account_id)
    )
    """,
    """
    CREATE TABLE consultation_slot (
        slot_id uuid CONSTRAINT pk_consultation_slot PRIMARY KEY,
        organisation_id uuid NOT NULL,
        start_time timestamptz NOT NULL,
        end_time timestamptz NOT NULL,
        venue_kind text NOT NULL,
        place_ko text NOT NULL,
        place_en text NOT NULL,
        link text NOT NULL,
        phone text NOT NULL,
        note text NOT NULL,
        state text NOT NULL,
        CONSTRAINT ck_consultation_slot_start_time CHECK (start_time < end_time),
        CONSTRAINT ck_consultation_slot_state CHECK (state IN ('OPEN', 'BOOKED', 'WITHDRAWN'))
    )
    """,
    "CREATE INDEX ix_consultation_slot_organisation_id ON consultation_slot (organisation_id, start_time, slot_id)",
    "CREATE INDEX ix_consultation_slot_open ON consultation_slot (start_time, slot_id) WHERE state = 'OPEN'",
    """
    CREATE TABLE consultation (
        consultation_id uuid CONSTRAINT pk_consultation PRIMARY KEY,
        slot_id uuid NOT NULL CONSTRAINT fk_consultation_slot_id REFERENCES consultation_slot,
        worker_id uuid NOT NULL CONSTRAINT fk_consultation_worker_id REFERENCES worker,
        organisation_id uuid NOT NULL,
        start_time timestamptz NOT NULL,
        end_time timestamptz NOT NULL,
        state text NOT NULL,
        message text NOT NULL,
        cancel_reason text NOT NULL,
        cancelled_by_company boolean NOT NULL,
        outcome_note text NOT NULL,
        book_time timestamptz NOT NULL,
        reminded_start_time timestamptz,
        revision bigint NOT NULL,
        CONSTRAINT ck_consultation_state
            CHECK (state IN ('BOOKED', 'CANCELLED', 'ADMITTED', 'NOT_ADMITTED', 'MISSED'))
    )
    """,
    "CREATE UNIQUE INDEX uq_consultation_slot_id ON consultation (slot_id) WHERE state <> 'CANCELLED'",
    "CREATE INDEX ix_consultation_worker_id ON consultation (worker_id, start_time, consultation_id)",
    "CREATE INDEX ix_consultation_organisation_id ON consultation (organisation_id, start_time, consultation_id)",
    "CREATE INDEX ix_consultation_start_time ON consultation (start_time, consultation_id)",
    """
    CREATE TABLE pool_member (
        organisation_id uuid NOT NULL,
        worker_id uuid NOT NULL CONSTRAINT fk_pool_member_worker_id REFERENCES worker,
        member boolean NOT NULL,
        admit_time timestamptz NOT NULL,
        consultation_id uuid NOT NULL CONSTRAINT fk_pool_member_consultation_id REFERENCES consultation,
        remove_reason text NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT pk_pool_member PRIMARY KEY (organisation_id, worker_id)
    )
    """,
    "CREATE INDEX ix_pool_member_admit_time ON pool_member (organisation_id, admit_time, worker_id) WHERE member",
    """
    CREATE TABLE job_offer (
        offer_id uuid CONSTRAINT pk_job_offer PRIMARY KEY,
        organisation_id uuid NOT NULL,
        worker_id uuid NOT NULL CONSTRAINT fk_job_offer_worker_id REFERENCES worker,
        job_ids uuid[] NOT NULL,
        message text NOT NULL,
        state text NOT NULL,
        offer_time timestamptz NOT NULL,
        answer_time timestamptz,
        revision bigint NOT NULL,
        CONSTRAINT ck_job_offer_state CHECK (state IN ('OPEN', 'ACCEPTED', 'DECLINED', 'ENDED'))
    )
    """,
    "CREATE INDEX ix_job_offer_worker_id ON job_offer (worker_id, offer_id)",
    "CREATE INDEX ix_job_offer_organisation_id ON job_offer (organisation_id, offer_id)",
    """
    CREATE TABLE calendar_feed (
        account_id uuid NOT NULL,
        organisation_id uuid NOT NULL,
        token text NOT NULL CONSTRAINT uq_calendar_feed_token UNIQUE,
        CONSTRAINT pk_calendar_feed PRIMARY KEY (account_id, organisation_id)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    # What people agreed on stays readable; a calendar's secret goes with its account.
    names = ("organisation_member", "consultation_slot", "consultation", "pool_member", "job_offer")
    grant(op, "SELECT, INSERT, UPDATE", names)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", ("calendar_feed",))
