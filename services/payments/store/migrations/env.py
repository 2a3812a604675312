"""How Alembic runs the migrations of payments."""

from services.payments.store.tables import Base
from services.runtime.migrations import run_env

run_env(Base.metadata)
