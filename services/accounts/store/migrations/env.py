"""Alembic's entry for the accounts database."""

from services.accounts.store.tables import Base
from services.runtime.migrations import run_env

run_env(Base.metadata)
