"""Brings each service's database to the newest version before the service starts."""

import importlib
import threading

_MODULE = "services.runtime.migrations"


def migrate(service: str, owner_url: str) -> None:
    """Run a service's migrations as the owner of its database."""
    importlib.import_module(_MODULE).migrate(service, owner_url)


def load_ahead() -> None:
    """Import what `migrate` needs while the servers start: Alembic and SQLAlchemy take a second of CPU."""
    threading.Thread(target=importlib.import_module, args=(_MODULE,), name="load-migrations", daemon=True).start()
