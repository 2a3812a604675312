"""What is known of a course's files: how long, how many frames, which small picture; and which bytes a file was made of."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    ALTER TABLE course_media
        ADD COLUMN duration_ms bigint NOT NULL DEFAULT 0,
        ADD COLUMN fps_numerator integer NOT NULL DEFAULT 0,
        ADD COLUMN fps_denominator integer NOT NULL DEFAULT 0,
        ADD COLUMN frame_count bigint NOT NULL DEFAULT 0,
        ADD COLUMN sample_rate integer NOT NULL DEFAULT 0,
        ADD COLUMN thumbnail_id text NOT NULL DEFAULT '',
        ADD COLUMN peaks_id text NOT NULL DEFAULT '',
        ADD COLUMN source_sha256 text NOT NULL DEFAULT ''
    """,
    "CREATE INDEX ix_course_media_source_sha256 ON course_media (programme_id, source_sha256)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
