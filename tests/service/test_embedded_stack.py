"""The embedded stack with its real servers: it keeps data, comes back from kills, refuses clearly, and lets nobody do more than its own."""

import asyncio
import json
import os
import shutil
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
from deploy.local.process import ProcessSpec
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from deploy.local.supervisor import Supervisor
from deploy.nats.prepare import prepare
from tests.support.stack import bus, dummy_stack, fetch, running_servers

SUBJECT = "ilgam.tasks.v1.answers_submitted"


@pytest.fixture(scope="module")
def servers() -> Iterator[Stack]:
    # Not the run's shared ones: these tests kill them.
    with running_servers() as stack:
        yield stack


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
    refusals: asyncio.Queue[str] = asyncio.Queue()
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
        refused = [await asyncio.wait_for(refusals.get(), 5) for _ in range(5)]
    assert all("permissions violation" in refusal.lower() for refusal in refused)


async def test_the_gateway_hears_events_and_can_publish_none(servers: Stack) -> None:
    refusals: asyncio.Queue[str] = asyncio.Queue()
    async with bus(servers, "gateway", refusals) as gateway, bus(servers, "quality") as quality:
        heard = await gateway.subscribe("ilgam.*.v1.*")
        await gateway.flush()
        await quality.jetstream().publish("ilgam.quality.v1.job_frozen", b"poke")
        assert (await heard.next_msg(timeout=5)).data == b"poke"
        await gateway.publish("ilgam.quality.v1.job_frozen", b"forged")
        assert "permissions violation for publish" in (await asyncio.wait_for(refusals.get(), 5)).lower()


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


def test_a_process_that_never_comes_up_is_reported_with_its_log(tmp_path: Path) -> None:
    argv = (sys.executable, "-c", "raise SystemExit('no such setting')")
    supervisor = Supervisor()
    supervisor.add(ProcessSpec("tasks", argv, tmp_path / "tasks.log", tmp_path / "tasks.pid", is_ready=lambda: False))
    with pytest.raises(StackError, match=r"(?s)tasks does not come up .started 3 times.*no such setting"):
        supervisor.wait_ready(starts_max=3)
    supervisor.stop()
    assert not (tmp_path / "tasks.pid").exists()


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


def test_external_servers_are_prepared_and_get_no_processes(servers: Stack, folder: Path) -> None:
    secrets = folder / "secrets"
    shutil.copytree(servers.data_dir / "secrets", secrets)
    socket_folder = servers.postgres_url("", "").partition("host=")[2]
    admin = servers.nats_admin
    settings = LocalSettings(
        postgres_admin_url=f"postgresql://postgres@/postgres?host={socket_folder}",
        nats_url=admin.url,
        nats_admin_user=admin.user,
        nats_admin_password=admin.password,
        nats_stream_max_bytes=2**30,
    )
    with Stack(folder, services=(), external=True, settings=settings) as stack:
        assert stack.pids == {}
        assert asyncio.run(fetch(stack, "SELECT current_user", role="ilgam_tasks")) == [("ilgam_tasks",)]


def test_external_servers_that_cannot_be_reached_are_named(folder: Path) -> None:
    nowhere = "127.0.0.1:1"
    settings = LocalSettings(
        postgres_admin_url=f"postgresql://admin@{nowhere}/postgres",
        nats_url=f"nats://{nowhere}",
        nats_admin_user="admin",
        nats_admin_password="secret",
    )
    with pytest.raises(StackError, match=r"PostgreSQL at ILGAM_POSTGRES_ADMIN_URL: .*127\.0\.0\.1"):
        Stack(folder, services=(), external=True, settings=settings).start()


def test_ilgam_up_starts_after_it_was_killed_and_stops_cleanly_when_asked(folder: Path) -> None:
    with _up(folder) as up:
        _wait_for_line(up, "Ready after")
        left = [psutil.Process(json.loads(file.read_text())["pid"]) for file in (folder / "run").glob("*.pid")]
        up.send_signal(signal.SIGKILL)
    with _up(folder) as up:
        _wait_for_line(up, "Ready after")
        assert (len(left), [process for process in left if process.is_running() and process.status() != "zombie"]) == (
            4,
            [],
        )
        up.send_signal(signal.SIGTERM)
        rest, _ = up.communicate(timeout=20)
    assert (up.returncode, "Stopping." in rest) == (0, True)
    assert "database system is shut down" in (folder / "log" / "postgres.log").read_text().splitlines()[-1]
    assert not list((folder / "run").iterdir())


def _up(folder: Path, *words: str) -> subprocess.Popen[str]:
    ports, holder = reserve_free(("tasks",), gateway=True)
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
