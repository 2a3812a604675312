"""A running workers service."""

from collections.abc import AsyncIterator

import pytest

from tests.service.workers.desk import Desk
from tests.service.workers.school import School
from tests.support.servers import Servers
from tests.support.service import running


@pytest.fixture
async def school(servers: Servers) -> AsyncIterator[School]:
    async with running("workers", servers, log_level="error") as service:
        yield School(service)


@pytest.fixture
async def desk(servers: Servers) -> AsyncIterator[Desk]:
    async with running("workers", servers, log_level="error") as service:
        yield Desk(service)
