"""Fixtures that every test may ask for. PostgreSQL and NATS start once per run, beside the tests."""

import pytest

from tests.support.servers import Servers, SharedServers, wait_for_servers

_shared = SharedServers()


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) starts the servers in the background; workers inherit where they are."""
    if not hasattr(config, "workerinput"):
        _shared.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """And stops them when all tests are done."""
    if not hasattr(config, "workerinput"):
        _shared.end()


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The run's PostgreSQL and NATS."""
    return wait_for_servers()
