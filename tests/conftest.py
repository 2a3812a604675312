"""Fixtures that every test may ask for. PostgreSQL and NATS start once per run, beside the tests."""

import os

import pytest

from tests.support.memory_folder import keep_files_in_memory
from tests.support.servers import Servers, SharedServers, wait_for_servers
from tests.support.site import SharedSite, Site, wait_for_site

_shared = SharedServers()
_site = SharedSite()


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests of services and pages wait for others for a third of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """The controller (or the only process) starts the servers in the background; workers inherit where they are."""
    if not hasattr(config, "workerinput"):
        keep_files_in_memory()
        _shared.begin()
        _site.begin()


def pytest_unconfigure(config: pytest.Config) -> None:
    """And stops them when all tests are done."""
    if not hasattr(config, "workerinput"):
        _site.end()
        _shared.end()


@pytest.fixture(scope="session")
def servers() -> Servers:
    """The run's PostgreSQL and NATS."""
    return wait_for_servers()


@pytest.fixture(scope="session")
def site() -> Site:
    """The run's whole Ilgam with its pages; it starts when the first test asks."""
    return wait_for_site()
