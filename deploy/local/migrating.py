"""Brings each service's database to the newest version before the service starts."""

import importlib


def migrate(service: str, owner_url: str) -> None:
    """Run a service's migrations as the owner of its database."""
    # Imported when first needed: Alembic takes half a second, which passes while the servers start.
    module = importlib.import_module("services.runtime.migrations")
    module.migrate(service, owner_url)
