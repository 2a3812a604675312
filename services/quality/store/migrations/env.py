"""How Alembic runs the migrations of quality."""

from services.quality.store.tables import Base
from services.runtime.migrations import run_env

run_env(Base.metadata)
