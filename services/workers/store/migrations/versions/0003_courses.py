"""Courses, practice and progress in them."""

from alembic import op

from services.runtime.grants import grant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE course_version (
        programme_id uuid NOT NULL CONSTRAINT fk_course_version_programme_id REFERENCES programme,
        version integer NOT NULL,
        course_json text NOT NULL,
        module_ids text[] NOT NULL,
        put_by uuid NOT NULL,
        put_time timestamptz NOT NULL,
        CONSTRAINT pk_course_version PRIMARY KEY (programme_id, version),
        CONSTRAINT ck_course_version_version CHECK (version > 0)
    )
    """,
    """
    CREATE TABLE course_media (
        programme_id uuid NOT NULL CONSTRAINT fk_course_media_programme_id REFERENCES programme,
        sha256 text NOT NULL,
        extension text NOT NULL,
        width integer NOT NULL,
        height integer NOT NULL,
        size_bytes bigint NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT pk_course_media PRIMARY KEY (programme_id, sha256)
    )
    """,
    """
    CREATE TABLE module_progress (
        worker_id uuid NOT NULL CONSTRAINT fk_module_progress_worker_id REFERENCES worker,
        programme_id uuid NOT NULL CONSTRAINT fk_module_progress_programme_id REFERENCES programme,
        module_id text NOT NULL,
        quiz_answers jsonb NOT NULL,
        quiz_passed boolean NOT NULL,
        finished boolean NOT NULL,
        CONSTRAINT pk_module_progress PRIMARY KEY (worker_id, programme_id, module_id)
    )
    """,
    """
    CREATE TABLE practice_answer (
        worker_id uuid NOT NULL CONSTRAINT fk_practice_answer_worker_id REFERENCES worker,
        programme_id uuid NOT NULL CONSTRAINT fk_practice_answer_programme_id REFERENCES programme,
        module_id text NOT NULL,
        item_key text NOT NULL,
        answer_json text NOT NULL,
        is_right boolean NOT NULL,
        try_count integer NOT NULL,
        first_right boolean NOT NULL,
        CONSTRAINT pk_practice_answer PRIMARY KEY (worker_id, programme_id, module_id, item_key),
        CONSTRAINT ck_practice_answer_try_count CHECK (try_count > 0)
    )
    """,
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT", ("course_version", "course_media"))
    grant(op, "SELECT, INSERT, UPDATE", ("module_progress", "practice_answer"))
