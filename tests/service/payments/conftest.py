"""A running payments service for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.support.servers import Servers
from tests.support.service import ServiceUnderTest, running


@pytest.fixture
async def service(servers: Servers) -> AsyncIterator[ServiceUnderTest]:
    async with running("payments", servers) as started:
        yield started
