"""The gateway in the embedded stack: where it listens, what it is given, how it comes and goes."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.errors import StackError
from deploy.local.ports import reserve_free
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from tests.support.stack import dummy_stack


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="ilgam-") as name:
        yield Path(name)


def test_the_gateway_finds_the_services_by_the_base_port_it_listens_on(folder: Path) -> None:
    with dummy_stack(folder, ("accounts", "tasks"), gateway=True) as stack:
        environments = {name: psutil.Process(pid).environ() for name, pid in stack.pids.items()}
        gateway, accounts, tasks = (environments[name] for name in ("gateway", "accounts", "tasks"))
        base = f"127.0.0.1:{stack.ports.base}"
        assert (gateway["ILGAM_LISTEN"], gateway["ILGAM_TARGET"], stack.web_url) == (base, base, f"http://{base}")
        assert (gateway["ILGAM_NATS_USER"], gateway["ILGAM_NATS_PASSWORD"]) == (
            "gateway",
            stack.nats_password("gateway"),
        )
        assert gateway["ILGAM_EDGE_KEY"] == accounts["ILGAM_EDGE_KEY"] == stack.edge_key
        assert gateway["ILGAM_WEB_KEY"] not in ("", stack.edge_key)
        assert gateway["ILGAM_MEDIA_URL"] == tasks["ILGAM_MEDIA_URL"] == stack.media_url
        assert stack.media_url == f"file://{folder}/media"
        assert {"ILGAM_EDGE_KEY", "ILGAM_WEB_KEY"}.isdisjoint(tasks)
        assert {"ILGAM_SECRETS_DIR", "ILGAM_DATABASE_URL", "ILGAM_METRICS_PORT"}.isdisjoint(gateway)
        keys = (stack.edge_key, gateway["ILGAM_WEB_KEY"])
    with dummy_stack(folder, (), gateway=True) as stack:
        gateway = psutil.Process(stack.pids["gateway"]).environ()
        assert (gateway["ILGAM_EDGE_KEY"], gateway["ILGAM_WEB_KEY"]) == keys


def test_the_gateway_comes_back_after_a_kill_and_stops_with_the_stack(folder: Path) -> None:
    with dummy_stack(folder, (), gateway=True) as stack:
        before = stack.pids["gateway"]
        stack.kill("gateway")
        stack.wait_ready("gateway")
        assert stack.pids["gateway"] != before
        last = psutil.Process(stack.pids["gateway"])
    assert not last.is_running()


def test_a_proxy_in_the_environment_is_not_asked_whether_the_pages_are_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with dummy_stack(folder, (), gateway=True) as stack:
        assert stack.children["gateway"].is_ready()


def test_pictures_may_lie_where_a_setting_says(folder: Path) -> None:
    assert Stack(folder, settings=LocalSettings(media_url="s3://bucket/prefix")).media_url == "s3://bucket/prefix"


def test_a_taken_base_port_is_named_with_the_gateway_that_needs_it(folder: Path) -> None:
    ports, holder = reserve_free((), gateway=True)
    with holder, socket.create_server(("127.0.0.1", ports.base)):
        holder.close()
        with pytest.raises(StackError, match=rf"Port {ports.base} .* the gateway needs it.*--port"):
            dummy_stack(folder, (), ports.base, gateway=True).start()
