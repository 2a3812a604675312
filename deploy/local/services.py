"""Each service as a process of its own: its command, its environment, and how one knows that it serves."""

import os
import sys
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from deploy.local.folder import DataFolder
from deploy.local.ports import HOST, Ports
from deploy.local.process import ProcessSpec
from deploy.local.secret_files import Secrets, runtime_role
from deploy.local.servers import Servers

STAGE = 2
PROBE_SECONDS = 1.0
# What an operator gives to `ilgam up` and a service must not have, and what only those get who need it.
_WITHHELD = (
    "ILGAM_POSTGRES_ADMIN_URL",
    "ILGAM_NATS_ADMIN_USER",
    "ILGAM_NATS_ADMIN_PASSWORD",
    "ILGAM_EDGE_KEY",
    "ILGAM_WEB_KEY",
    "ILGAM_MEDIA_URL",
)


def service_command(service: str) -> tuple[str, ...]:
    """How a service is started."""
    return (sys.executable, "-m", f"services.{service}")


@dataclass(frozen=True)
class Site:
    """What the services of one stack share.

    Attributes:
        folder: the data folder.
        ports: who listens where.
        servers: the database and the bus.
        secrets: keys and passwords.
        media_url: where pictures are.
    """

    folder: DataFolder
    ports: Ports
    servers: Servers
    secrets: Secrets
    media_url: str


def service_spec(service: str, argv: tuple[str, ...], site: Site) -> ProcessSpec:
    """A service as a process."""
    folder, ports = site.folder, site.ports
    address = f"{HOST}:{ports.service(service)}"
    return ProcessSpec(
        name=service,
        argv=argv,
        log=folder.log_file(service),
        pid_file=folder.run / f"{service}.pid",
        is_ready=lambda: is_serving(address),
        environment=_environment(service, site),
        stage=STAGE,
        address=address,
        metrics_address=f"{HOST}:{ports.metrics(service)}",
    )


def is_serving(address: str) -> bool:
    """Whether a gRPC server says it serves (grpc.health.v1, the server as a whole)."""
    # Never through a proxy that the environment names: it is this machine.
    with grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)]) as channel:
        try:
            answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=PROBE_SECONDS)
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def process_environment(name: str, address: str, site: Site) -> dict[str, str]:
    """What every process gets: ours, so that settings such as ILGAM_LOG_LEVEL reach it, its address and the bus."""
    inherited = {setting: value for setting, value in os.environ.items() if setting not in _WITHHELD}
    return inherited | {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "ILGAM_SERVICE": name,
        "ILGAM_LISTEN": address,
        "ILGAM_NATS_URL": site.servers.bus.url,
        "ILGAM_NATS_USER": name,
        "ILGAM_NATS_PASSWORD": site.secrets.nats[name],
        "ILGAM_LOG_FORMAT": "json",
        "ILGAM_PUBLIC_URL": os.environ.get("ILGAM_PUBLIC_URL") or f"http://{HOST}:{site.ports.gateway}",
    }


def _environment(service: str, site: Site) -> dict[str, str]:
    """What every process gets, and what only this service does."""
    own = {
        "ILGAM_METRICS_PORT": str(site.ports.metrics(service)),
        "ILGAM_DATABASE_URL": site.servers.postgres_url(runtime_role(service), runtime_role(service)),
    }
    if service in {"accounts", "workers"}:
        own["ILGAM_SECRETS_DIR"] = str(site.folder.secrets)
        # Sessions, names and calendar feeds are given to the pages alone.
        own["ILGAM_EDGE_KEY"] = site.secrets.edge_key
    if service == "accounts":
        own["ILGAM_MAIL_DIR"] = os.environ.get("ILGAM_MAIL_DIR") or str(site.folder.mail)
    if service in {"tasks", "workers", "quality"}:
        own["ILGAM_MEDIA_URL"] = site.media_url
    return process_environment(service, f"{HOST}:{site.ports.service(service)}", site) | own
