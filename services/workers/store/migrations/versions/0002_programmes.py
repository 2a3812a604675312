"""Programmes, cohorts and enrolments."""

from alembic import op

from services.runtime.grants import grant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE programme (
        programme_id uuid CONSTRAINT pk_programme PRIMARY KEY,
        title_ko text NOT NULL,
        title_en text NOT NULL,
        aims_ko text NOT NULL,
        aims_en text NOT NULL,
        description_ko text NOT NULL,
        description_en text NOT NULL,
        weeks integer NOT NULL,
        target_graduates integer NOT NULL,
        organisation_id uuid,
        residents_only boolean NOT NULL,
        accept_seconds bigint NOT NULL,
        waiting_max integer NOT NULL,
        create_time timestamptz NOT NULL,
        revision bigint NOT NULL
    )
    """,
    "CREATE INDEX ix_programme_organisation_id ON programme (organisation_id)",
    """
    CREATE TABLE cohort (
        cohort_id uuid CONSTRAINT pk_cohort PRIMARY KEY,
        programme_id uuid NOT NULL CONSTRAINT fk_cohort_programme_id REFERENCES programme,
        cohort_no integer NOT NULL,
        seat_count integer NOT NULL,
        start_time timestamptz NOT NULL,
        end_time timestamptz NOT NULL,
        open_time timestamptz NOT NULL,
        close_time timestamptz NOT NULL,
        place_ko text NOT NULL,
        place_en text NOT NULL,
        online boolean NOT NULL,
        last_no bigint NOT NULL,
        taken_count integer NOT NULL,
        waiting_count integer NOT NULL,
        revision bigint NOT NULL,
        CONSTRAINT uq_cohort_programme_id_cohort_no UNIQUE (programme_id, cohort_no),
        CONSTRAINT ck_cohort_taken_count CHECK (taken_count BETWEEN 0 AND seat_count),
        CONSTRAINT ck_cohort_waiting_count CHECK (waiting_count >= 0)
    )
    """,
    "CREATE INDEX ix_cohort_open_time ON cohort (open_time)",
    "CREATE INDEX ix_cohort_start_time ON cohort (start_time) WHERE waiting_count > 0",
    """
    CREATE TABLE enrolment (
        enrolment_id uuid CONSTRAINT pk_enrolment PRIMARY KEY,
        worker_id uuid NOT NULL CONSTRAINT fk_enrolment_worker_id REFERENCES worker,
        programme_id uuid NOT NULL CONSTRAINT fk_enrolment_programme_id REFERENCES programme,
        cohort_id uuid NOT NULL CONSTRAINT fk_enrolment_cohort_id REFERENCES cohort,
        enrolment_no bigint NOT NULL,
        state text NOT NULL,
        residence_state text NOT NULL,
        refuse_reason text NOT NULL,
        age_band smallint NOT NULL,
        apply_time timestamptz NOT NULL,
        arrive_time timestamptz NOT NULL,
        accept_time timestamptz,
        complete_time timestamptz,
        revision bigint NOT NULL,
        CONSTRAINT uq_enrolment_cohort_id_enrolment_no UNIQUE (cohort_id, enrolment_no),
        CONSTRAINT ck_enrolment_state CHECK (
            state IN ('ENROLLED', 'WAITING', 'OFFERED', 'CANCELLED', 'LAPSED', 'REFUSED', 'COMPLETED')),
        CONSTRAINT ck_enrolment_residence_state CHECK (
            residence_state IN ('NOT_ASKED', 'DECLARED', 'CONFIRMED', 'REFUSED')),
        CONSTRAINT ck_enrolment_accept_time CHECK (state <> 'OFFERED' OR accept_time IS NOT NULL)
    )
    """,
    """
    CREATE UNIQUE INDEX uq_enrolment_live ON enrolment (worker_id, programme_id)
    WHERE state IN ('ENROLLED', 'WAITING', 'OFFERED', 'COMPLETED')
    """,
    "CREATE INDEX ix_enrolment_worker_id ON enrolment (worker_id, apply_time)",
    "CREATE INDEX ix_enrolment_waiting ON enrolment (cohort_id, enrolment_no) WHERE state = 'WAITING'",
    "CREATE INDEX ix_enrolment_completed ON enrolment (programme_id, cohort_id) WHERE state = 'COMPLETED'",
    "CREATE INDEX ix_enrolment_accept_time ON enrolment (accept_time) WHERE state = 'OFFERED'",
    """
    CREATE TABLE cohort_reminder (
        cohort_id uuid NOT NULL CONSTRAINT fk_cohort_reminder_cohort_id REFERENCES cohort,
        worker_id uuid NOT NULL CONSTRAINT fk_cohort_reminder_worker_id REFERENCES worker,
        told_time timestamptz,
        CONSTRAINT pk_cohort_reminder PRIMARY KEY (cohort_id, worker_id)
    )
    """,
    "CREATE INDEX ix_cohort_reminder_untold ON cohort_reminder (cohort_id) WHERE told_time IS NULL",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    # Nothing here is ever deleted: who had which place when must stay readable.
    grant(op, "SELECT, INSERT, UPDATE", ("programme", "cohort", "enrolment", "cohort_reminder"))
