"""The embedded stack with its real servers: it keeps data, comes back from kills, refuses clearly, and lets nobody do more than its own."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest
from nats.errors import TimeoutError as NatsTimeoutError

from deploy.local.errors import StackError
from deploy.local.ports import reserve_free
from deploy.local.stack import Stack
from deploy.nats.prepare import prepare
from tests.support.stack import bus, dummy_stack, fetch, servers

__all__ = ["servers"]

SUBJECT = "ilgam.tasks.v1.answers_submitted"


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ilgam-") as name:
        yield Path(name)


async def test_a_restart_finds_all_data(folder: Path) -> None:
    async with Stack(folder, services=()) as stack:
        operator = stack.operator
        await fetch(stack, "CREATE TABLE kept AS SELECT 41 + 1 AS number")
        async with bus(stack, "tasks") as client:
            await client.jetstream().publish(SUBJECT, b"kept")
    async with Stack(folder, services=()) as stack:
        assert stack.operator == operator
        assert await fetch(stack, "SELECT number FROM kept") == [(42,)]
        async with bus(stack, "tasks") as client:
            assert (await client.jetstream().stream_info("TASKS")).state.messages == 1


async def test_postgres_comes_back_after_a_kill_even_while_an_orphan_is_busy(servers: Stack) -> None:
    url = servers.postgres_url("ilgam_tasks", "ilgam_tasks_owner").replace("+asyncpg", "")
    busy = await asyncpg.connect(url)
    endless = asyncio.create_task(busy.execute("DO $$ BEGIN LOOP END LOOP; END $$"))
    await fetch(servers, "CREATE TABLE survives AS SELECT 1 AS one")
    before = servers.pids["postgres"]
    await asyncio.to_thread(servers.kill, "postgres")
    await asyncio.to_thread(servers.wait_ready)
    assert servers.pids["postgres"] != before
    assert await fetch(servers, "SELECT one FROM survives") == [(1,)]
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await endless


async def test_nats_comes_back_after_a_kill_with_what_it_acknowledged(servers: Stack) -> None:
    async with bus(servers, "payments") as client:
        sent = await client.jetstream().publish("ilgam.payments.v1.answers_paid", b"1")
    await asyncio.to_thread(servers.kill, "nats")
    await asyncio.to_thread(servers.wait_ready)
    async with bus(servers, "payments") as client:
        assert (await client.jetstream().stream_info("PAYMENTS")).state.last_seq == sent.seq


async def test_a_listener_reads_and_acknowledges_its_own_durable(servers: Stack) -> None:
    async with bus(servers, "tasks") as client:
        await client.jetstream().publish(SUBJECT, b"answers")
    async with bus(servers, "quality") as client:
        js = client.jetstream()
        pull = await js.pull_subscribe_bind("quality-tasks", stream="TASKS")
        [message] = await pull.fetch(1, timeout=5)
        await message.ack_sync()
        assert message.subject == SUBJECT
        assert (await js.consumer_info("TASKS", "quality-tasks")).num_ack_pending == 0


async def test_a_service_cannot_speak_for_another_nor_purge_nor_read_what_is_not_its_own(servers: Stack) -> None:
    refusals: list[str] = []
    async with bus(servers, "workers", refusals) as client:
        js = client.jetstream(timeout=0.3)
        with pytest.raises(NatsTimeoutError):
            await js.publish(SUBJECT, b"forged", timeout=0.3)
        for forbidden in (
            js.purge_stream("TASKS"),
            js.delete_stream("WORKERS"),
            js.consumer_info("TASKS", "quality-tasks"),
        ):
            with pytest.raises(NatsTimeoutError):
                await forbidden
        await client.subscribe("ilgam.tasks.>")
        await client.flush()
    assert len(refusals) == 5
    assert all("permissions violation" in refusal.lower() for refusal in refusals)


async def test_the_gateway_hears_events_and_can_publish_none(servers: Stack) -> None:
    refusals: list[str] = []
    async with bus(servers, "gateway", refusals) as gateway, bus(servers, "quality") as quality:
        heard = await gateway.subscribe("ilgam.*.v1.*")
        await gateway.flush()
        await quality.jetstream().publish("ilgam.quality.v1.job_frozen", b"poke")
        assert (await heard.next_msg(timeout=5)).data == b"poke"
        await gateway.publish("ilgam.quality.v1.job_frozen", b"forged")
        await gateway.flush()
    assert len(refusals) == 1


async def test_preparing_the_bus_again_changes_nothing(servers: Stack) -> None:
    async with bus(servers, "admin") as client:
        before = await client.jetstream().consumers_info("TASKS")
        await prepare(servers.nats_admin, stream_max_bytes=2**30)
        after = await client.jetstream().consumers_info("TASKS")
    assert [(info.name, info.config) for info in before] == [(info.name, info.config) for info in after]


async def test_a_service_cannot_change_its_schema_nor_enter_another_database(servers: Stack) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(servers, "CREATE TABLE forbidden (id bigint)", role="ilgam_tasks")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(servers, "SELECT 1", database="ilgam_payments", role="ilgam_tasks")


def test_secrets_and_configuration_are_readable_by_their_owner_only(servers: Stack) -> None:
    files = [*servers.data_dir.glob("secrets/*"), *servers.data_dir.glob("config/*")]
    assert len(files) >= 5
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


def test_a_taken_port_is_named_with_who_needs_it_before_anything_starts(folder: Path) -> None:
    ports, holder = reserve_free(("tasks",))
    with holder, socket.create_server(("127.0.0.1", ports.service("tasks"))):
        holder.close()
        with pytest.raises(StackError, match=rf"Port {ports.service('tasks')} .* tasks needs it.*--port"):
            dummy_stack(folder, ("tasks",), ports.base).start()
    assert list((folder / "log").iterdir()) == []


def test_a_data_folder_in_use_is_refused(servers: Stack) -> None:
    with pytest.raises(StackError, match=f"in use by a running stack .process {os.getpid()}"):
        Stack(servers.data_dir, services=()).start()


def test_a_service_that_never_comes_up_is_reported_with_its_log(folder: Path) -> None:
    argv = (sys.executable, "-c", "raise SystemExit('no such setting')")
    stack = Stack(folder, None, ("tasks",), command=lambda _: argv, migrate=lambda _service, _url: None)
    with pytest.raises(StackError, match=r"(?s)tasks does not come up.*no such setting"):
        stack.start()
    assert not list((folder / "run").iterdir())


def test_services_run_with_their_own_environment_and_come_back(folder: Path) -> None:
    with dummy_stack(folder, ("accounts", "tasks")) as stack:
        environment = psutil.Process(stack.pids["tasks"]).environ()
        assert environment["ILGAM_LISTEN"] == f"127.0.0.1:{stack.ports.service('tasks')}"
        assert environment["ILGAM_NATS_USER"] == "tasks"
        assert "ILGAM_SECRETS_DIR" not in environment
        before = stack.pids["tasks"]
        stack.kill("tasks")
        stack.wait_ready("tasks")
        assert stack.pids["tasks"] != before
        last = [psutil.Process(pid) for pid in stack.pids.values()]
    assert not [process for process in last if process.is_running()]


def test_ilgam_up_killed_without_warning_leaves_nothing_in_the_way(folder: Path) -> None:
    with _up(folder) as up:
        _wait_for_line(up, "Ready after")
        left = [psutil.Process(json.loads(file.read_text())["pid"]) for file in (folder / "run").glob("*.pid")]
        up.send_signal(signal.SIGKILL)
        up.wait(5)
    with dummy_stack(folder, ()) as stack:
        assert set(stack.pids) == {"postgres", "nats"}
    _, alive = psutil.wait_procs(left, timeout=5)
    assert (len(left), [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]) == (3, [])


def test_ilgam_up_stops_cleanly_when_asked(folder: Path) -> None:
    with _up(folder) as up:
        _wait_for_line(up, "Ready after")
        up.send_signal(signal.SIGTERM)
        rest, _ = up.communicate(timeout=20)
    assert (up.returncode, "Stopping." in rest) == (0, True)
    assert "database system is shut down" in (folder / "log" / "postgres.log").read_text()
    assert not list((folder / "run").iterdir())


def _up(folder: Path, *words: str) -> subprocess.Popen[str]:
    ports, holder = reserve_free(())
    holder.close()
    argv = [
        sys.executable,
        "-m",
        "tests.support.up_with_dummies",
        "up",
        "--data",
        str(folder),
        "--port",
        str(ports.base),
        *words,
    ]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _wait_for_line(up: subprocess.Popen[str], text: str) -> None:
    assert up.stdout is not None
    seen = []
    for line in up.stdout:
        seen.append(line)
        if text in line:
            return
    pytest.fail("".join(seen))
