"""One whole system for all end-to-end tests of a worker process."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack


@pytest.fixture(scope="session")
def system() -> Iterator[Stack]:
    """PostgreSQL, NATS and the five services."""
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder, Stack(Path(folder)) as stack:
        yield stack
