"""Keys and passwords of one data folder: made at random once, kept in files that only their owner reads."""

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.nats.permissions import USERS
from deploy.nats.topology import SERVICES

PRIVATE_FILE = 0o600
PASSWORD_BYTES = 24
KEY_BYTES = 32
OPERATOR_EMAIL = "operator@ilgam.localhost"


@dataclass(frozen=True)
class Secrets:
    """What a stack knows and nobody else should.

    Attributes:
        nats: password of each NATS user.
        postgres: password of each database role; the embedded server does not ask for them.
        operator: email and password of the operator who can appoint all others.
        edge_key: with it the gateway proves itself to accounts and workers.
        web_key: with it the gateway signs cookies and links.
    """

    nats: dict[str, str]
    postgres: dict[str, str]
    operator: tuple[str, str]
    edge_key: str
    web_key: str


def load_or_create(folder: Path) -> Secrets:
    """The secrets in a folder, made where missing: nats.json, postgres.json, operator.json, edge.json and secret.key."""
    roles = [role for service in SERVICES for role in (runtime_role(service), owner_role(service))]
    nats = _json(folder / "nats.json", USERS, _password)
    postgres = _json(folder / "postgres.json", roles, _password)
    operator = _json(folder / "operator.json", ["password"], _password, {"email": OPERATOR_EMAIL})
    edge = _json(folder / "edge.json", ["edge_key", "web_key"], _password)
    key = folder / "secret.key"
    if not key.exists():
        write_private(key, base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() + "\n")
    return Secrets(nats, postgres, (operator["email"], operator["password"]), edge["edge_key"], edge["web_key"])


def owner_role(service: str) -> str:
    """The role that owns a service's database and runs its migrations."""
    return f"ilgam_{service}_owner"


def runtime_role(service: str) -> str:
    """The role a service runs as; also its database's name."""
    return f"ilgam_{service}"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), PRIVATE_FILE)
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _json(
    path: Path, names: list[str] | tuple[str, ...], make: Callable[[], str], fixed: dict[str, str] | None = None
) -> dict[str, str]:
    """A file of named secrets; names that it lacks are added, those it has never change."""
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    whole = (fixed or {}) | {name: make() for name in names if name not in found} | found
    if whole != found:
        write_private(path, json.dumps(whole, indent=2) + "\n")
    return whole


def _password() -> str:
    return secrets.token_urlsafe(PASSWORD_BYTES)
