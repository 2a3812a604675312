"""The tables in the code and the history of migrations agree."""

import importlib
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from tests.contract.test_conventions import SERVICES
from tests.support.servers import Servers
from tests.support.service import migrated_template


@pytest.mark.parametrize("service", SERVICES)
async def test_models_and_history_agree(service: str, servers: Servers) -> None:
    url = await migrated_template(service, servers)
    metadata = importlib.import_module(f"services.{service}.store.tables").Base.metadata
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        differences = await connection.run_sync(lambda sync: _differences(sync, metadata))
    await engine.dispose()
    assert differences == []


def _differences(connection: Connection, metadata: MetaData) -> list[Any]:
    def ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
        return not (kind == "table" and (name or "").startswith(("outbox_", "alembic_")))

    context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
    return list(compare_metadata(context, metadata))
