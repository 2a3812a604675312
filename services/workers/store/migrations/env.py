"""Alembic's entry for the workers database."""

from services.runtime.migrations import run_env
from services.workers.store.tables import Base

run_env(Base.metadata)
