"""How Alembic runs the migrations of tasks."""

from services.runtime.migrations import run_env
from services.tasks.store.tables import Base

run_env(Base.metadata)
