"""Sign-up, consents, e-mails and the closing of accounts."""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
