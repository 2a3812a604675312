"""Accounts as an installation has them: with a key and a first operator."""

import base64
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.accounts.house import EDGE_KEY, OPERATOR_EMAIL, OPERATOR_PASSWORD, House
from tests.support.servers import Servers
from tests.support.service import running


@pytest.fixture
async def house(servers: Servers, tmp_path: Path) -> AsyncIterator[House]:
    (tmp_path / "secret.key").write_text(base64.b64encode(os.urandom(32)).decode() + "\n")
    (tmp_path / "operator.json").write_text(json.dumps({"email": OPERATOR_EMAIL, "password": OPERATOR_PASSWORD}))
    settings: dict[str, Any] = {"edge_key": EDGE_KEY, "mail_dir": tmp_path / "mail", "log_level": "error"}
    async with running("accounts", servers, secrets_dir=tmp_path, **settings) as service:
        yield House(service)
