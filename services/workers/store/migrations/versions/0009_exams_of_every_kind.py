"""Exam items that ask for more than one label of several: by a label schema, with a right answer of its form."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    ALTER TABLE exam_item
        ADD COLUMN label_schema_json text NOT NULL DEFAULT '',
        ADD COLUMN right_answer_json text NOT NULL DEFAULT '',
        ADD COLUMN programme_id uuid CONSTRAINT fk_exam_item_programme_id REFERENCES programme
    """,
    "ALTER TABLE exam_attempt_item ADD COLUMN saved_answer_json text",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
