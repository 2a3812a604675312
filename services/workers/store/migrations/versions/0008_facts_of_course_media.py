"""What is known of a course's files: how long, how many frames, which small picture; and which bytes a file was made of."""

from alembic import op

from services.runtime.media_columns import add_facts

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_facts(op, "course_media", "programme_id")
