"""Which Ilgam a command talks to, and as whom."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.local.settings import LocalSettings
from services.cli.running import CommandError
from services.sdk import Client, Password
from services.sdk.client import DEFAULT_TARGET

TargetOption = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="HOST:PORT",
        help=f"A running Ilgam's first port (env ILGAM_TARGET; default {DEFAULT_TARGET}).",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        help="The data folder whose operator signs in (env ILGAM_DATA; default .ilgam); ILGAM_OPERATOR_EMAIL and ILGAM_OPERATOR_PASSWORD come first.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]


async def connect_operator(target: str | None, data: Path | None) -> Client:
    """A client signed in as the operator.

    Raises:
        CommandError: nothing says who the operator is.
        IlgamError: the sign-in failed.
    """
    return await Client.connect(address_of(target), operator_password(data))


def address_of(target: str | None) -> str:
    """Where the Ilgam is that a command talks to."""
    return target or os.environ.get("ILGAM_TARGET") or DEFAULT_TARGET


def operator_password(data: Path | None) -> Password:
    """The operator's credentials, from the environment or from a data folder.

    Raises:
        CommandError: neither has them.
    """
    email, password = os.environ.get("ILGAM_OPERATOR_EMAIL"), os.environ.get("ILGAM_OPERATOR_PASSWORD")
    if email and password:
        return Password(email, password)
    file = (data or LocalSettings().data) / "secrets" / "operator.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Password(found["email"], found["password"])
    except FileNotFoundError:
        raise CommandError(
            f"who is the operator? Set ILGAM_OPERATOR_EMAIL and ILGAM_OPERATOR_PASSWORD, or --data to a folder with secrets/operator.json (looked for {file})"
        ) from None
    except (OSError, ValueError, KeyError) as error:
        raise CommandError(f"{file}: cannot be used: {type(error).__name__}") from None
