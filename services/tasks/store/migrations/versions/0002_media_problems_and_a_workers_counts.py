"""Pictures of jobs, problems with items, and counts that show a worker their work without reading all of it.

What is counted anew is counted from the assignments that are there. The added columns lock their tables until the end,
so that no answer and no verdict comes in between.
"""

from alembic import op

from services.runtime.grants import grant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    ALTER TABLE worker_job
        ADD COLUMN submitted_krw bigint NOT NULL DEFAULT 0,
        ADD COLUMN submit_day date,
        ADD COLUMN day_submitted_count bigint NOT NULL DEFAULT 0
    """,
    """
    ALTER TABLE worker_day
        ADD COLUMN accepted_count bigint NOT NULL DEFAULT 0,
        ADD COLUMN rejected_count bigint NOT NULL DEFAULT 0,
        ADD COLUMN judged_krw bigint NOT NULL DEFAULT 0
    """,
    "ALTER TABLE job ADD COLUMN media_count integer NOT NULL DEFAULT 0",
    """
    UPDATE worker_job AS w
    SET submitted_krw = s.krw, submit_day = s.day, day_submitted_count = s.on_day
    FROM (
        SELECT job_id, worker_id, sum(krw) AS krw, max(day) AS day,
            (array_agg(count ORDER BY day DESC))[1] AS on_day
        FROM (
            SELECT job_id, worker_id, CAST(submit_time AT TIME ZONE 'Asia/Seoul' AS date) AS day,
                sum(price_krw) AS krw, count(*) AS count
            FROM assignment
            WHERE state = 2
            GROUP BY 1, 2, 3
        ) AS days
        GROUP BY job_id, worker_id
    ) AS s
    WHERE w.job_id = s.job_id AND w.worker_id = s.worker_id
    """,
    """
    INSERT INTO worker_day AS d (job_id, worker_id, day, accepted_count, rejected_count, judged_krw)
    SELECT job_id, worker_id, CAST(submit_time AT TIME ZONE 'Asia/Seoul' AS date),
        count(*) FILTER (WHERE verdict_state = 2), count(*) FILTER (WHERE verdict_state = 3), sum(price_krw)
    FROM assignment
    WHERE verdict_state IN (2, 3)
    GROUP BY 1, 2, 3
    ON CONFLICT (job_id, worker_id, day) DO UPDATE SET
        accepted_count = excluded.accepted_count,
        rejected_count = excluded.rejected_count,
        judged_krw = excluded.judged_krw
    """,
    "CREATE INDEX ix_worker_day_worker_id ON worker_day (worker_id)",
    "CREATE INDEX ix_assignment_live ON assignment (worker_id, assignment_id) WHERE state = 1",
    """
    CREATE TABLE media (
        job_id uuid NOT NULL,
        sha256 text NOT NULL,
        extension text NOT NULL,
        width integer NOT NULL,
        height integer NOT NULL,
        size_bytes bigint NOT NULL,
        create_time timestamptz NOT NULL,
        CONSTRAINT pk_media PRIMARY KEY (job_id, sha256)
    )
    """,
    """
    CREATE TABLE problem (
        problem_id uuid NOT NULL,
        job_id uuid NOT NULL,
        item_id uuid NOT NULL,
        assignment_id uuid NOT NULL,
        kind smallint NOT NULL,
        words text NOT NULL DEFAULT '',
        report_time timestamptz NOT NULL,
        CONSTRAINT pk_problem PRIMARY KEY (problem_id),
        CONSTRAINT uq_problem_assignment_id UNIQUE (assignment_id)
    )
    """,
    "CREATE INDEX ix_problem_job_id_problem_id ON problem (job_id, problem_id)",
)

TABLES = ("media", "problem")


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", TABLES)
