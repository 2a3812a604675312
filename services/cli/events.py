"""`ilgam events`: how events stand, and what to do about the ones that do not arrive."""

import json
import os
from pathlib import Path
from typing import Annotated

import nats
import typer
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.events.v1 import events_service_pb2 as pb
from nats.js.errors import NotFoundError
from rich.table import Table

from deploy.local.ports import Ports
from deploy.local.settings import LocalSettings
from deploy.nats.permissions import inbox_prefix
from deploy.nats.prepare import BusAdmin, prepare
from deploy.nats.topology import SERVICES
from services.cli.check.settling import event_health
from services.cli.running import EXIT_DIFFERENT, CommandError, console, plain_failures, run_async
from services.cli.target import DataOption, TargetOption, connect_operator
from services.runtime.bus import stream_of
from services.sdk import Client
from services.sdk.client import DEFAULT_TARGET

PAGE_SIZE = 200
REPUBLISH_SECONDS = 600.0

events = typer.Typer(
    help="Events between the services: how they stand, dead letters, a lost stream.", no_args_is_help=True
)
ServiceArgument = Annotated[str, typer.Argument(metavar="SERVICE", help=f"One of {', '.join(SERVICES)}.")]


@events.command()
def health(target: TargetOption = None, data: DataOption = None) -> None:
    """What is unsent, parked, dead, and how far each consumer is behind."""

    async def ask() -> list[pb.GetEventHealthResponse]:
        async with await connect_operator(target, data) as client:
            return await event_health(client)

    with plain_failures():
        answers = run_async(ask())
    table = Table("service", "unsent", "parked", "dead", "behind", title="events", title_justify="left")
    for answer in answers:
        behind = ", ".join(f"{lag.producer} {lag.pending_count + lag.unacknowledged_count}" for lag in answer.consumers)
        table.add_row(
            answer.service, *map(str, (answer.unsent_count, answer.parked_count, answer.dead_letter_count)), behind
        )
    console().print(table)


@events.command("dead-letters")
def dead_letters(service: ServiceArgument, target: TargetOption = None, data: DataOption = None) -> None:
    """The events that a service could not handle, newest first."""
    with plain_failures():
        letters = run_async(_dead_letters(_known(service), target, data))
    table = Table(
        "event", "type", "attempts", "error", title=f"{len(letters)} dead letters of {service}", title_justify="left"
    )
    for letter in letters:
        table.add_row(letter.event_id, letter.event_type, str(letter.attempts), letter.error)
    console().print(table)


async def _dead_letters(service: str, target: str | None, data: Path | None) -> list[pb.DeadLetter]:
    """The newest PAGE_SIZE."""
    async with await connect_operator(target, data) as client:
        answer = await client.events[service].ListDeadLetters(pb.ListDeadLettersRequest(page_size=PAGE_SIZE))
        return list(answer.dead_letters)


@events.command("replay-dead-letter")
def replay_dead_letter(
    service: ServiceArgument,
    event_id: Annotated[str, typer.Argument(help="As `ilgam events dead-letters` names it.")],
    target: TargetOption = None,
    data: DataOption = None,
) -> None:
    """Let a service handle a dead letter once more; exit code 1 when it fails again."""

    async def replay() -> pb.ReplayDeadLetterResponse:
        async with await connect_operator(target, data) as client:
            return await client.events[_known(service)].ReplayDeadLetter(pb.ReplayDeadLetterRequest(event_id=event_id))

    with plain_failures():
        answer = run_async(replay())
    typer.echo("handled" if answer.handled else f"failed again: {answer.error}")
    raise typer.Exit(0 if answer.handled else EXIT_DIFFERENT)


@events.command()
def rebuild(
    service: ServiceArgument,
    since: Annotated[
        str, typer.Option(help="Only events from this time on, such as 2026-05-01T00:00:00Z (default: all).")
    ] = "",
    target: TargetOption = None,
    data: DataOption = None,
) -> None:
    """Make a service's stream and its consumers anew from the event log in its database.

    For a lost or broken stream. Listeners pass over what they know. The bus's administrator comes from ILGAM_NATS_URL,
    ILGAM_NATS_ADMIN_USER and ILGAM_NATS_ADMIN_PASSWORD, or else from the data folder.
    """
    with plain_failures():
        since_time = _time(since)
        count = run_async(_rebuild(_known(service), since_time, _admin(target, data), target, data))
    typer.echo(f"{count} events of {service} are on their way again")


async def _rebuild(
    service: str, since_time: Timestamp | None, admin: BusAdmin, target: str | None, data: Path | None
) -> int:
    async with await connect_operator(target, data) as client:
        max_bytes = await _drop_stream(admin, stream_of(service))
        await prepare(admin, replicas=LocalSettings().nats_replicas, stream_max_bytes=max_bytes)
        return await _republish(client, service, since_time)


async def _drop_stream(admin: BusAdmin, stream: str) -> int:
    """Delete a stream if it is there; how many bytes it might hold."""
    connection = await nats.connect(
        admin.url.split(","),
        user=admin.user,
        password=admin.password,
        inbox_prefix=inbox_prefix(admin.user).encode(),
        allow_reconnect=False,
    )
    try:
        found = await connection.jetstream().stream_info(stream)
        await connection.jetstream().delete_stream(stream)
    except NotFoundError:
        return LocalSettings().nats_stream_max_bytes
    finally:
        await connection.close()
    return found.config.max_bytes or LocalSettings().nats_stream_max_bytes


async def _republish(client: Client, service: str, since_time: Timestamp | None) -> int:
    answer = await client.events[service].RepublishEvents(
        pb.RepublishEventsRequest(since_time=since_time), timeout=REPUBLISH_SECONDS
    )
    return answer.event_count


def _admin(target: str | None, data: Path | None) -> BusAdmin:
    settings = LocalSettings()
    if settings.nats_url:
        return BusAdmin(settings.nats_url, settings.nats_admin_user, settings.nats_admin_password)
    file = (data or settings.data) / "secrets" / "nats.json"
    try:
        password = json.loads(file.read_text(encoding="utf-8"))["admin"]
    except (OSError, ValueError, KeyError):
        raise CommandError(
            f"who may change the bus? Set ILGAM_NATS_URL and ILGAM_NATS_ADMIN_*, or --data (looked for {file})"
        ) from None
    host, _, base = (target or os.environ.get("ILGAM_TARGET") or DEFAULT_TARGET).rpartition(":")
    return BusAdmin(f"nats://{host}:{Ports(int(base)).nats}", "admin", password)


def _known(service: str) -> str:
    if service not in SERVICES:
        raise CommandError(f"{service!r} is not a service; one of {', '.join(SERVICES)}")
    return service


def _time(text: str) -> Timestamp | None:
    if not text:
        return None
    found = Timestamp()
    try:
        found.FromJsonString(text)
    except ValueError:
        raise CommandError(f"--since: {text!r} is not a time such as 2026-05-01T00:00:00Z") from None
    return found
