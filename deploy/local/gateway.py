"""The gateway as a process of its own: the web's edge, which serves the pages and owns no data."""

import http.client

from deploy.local.ports import HOST
from deploy.local.process import ProcessSpec
from deploy.local.services import PROBE_SECONDS, STAGE, Site, process_environment
from deploy.nats.permissions import GATEWAY

HEALTH_PATH = "/healthz"


def gateway_spec(argv: tuple[str, ...], site: Site) -> ProcessSpec:
    """The gateway as a process; it stops before the services, so that calls in hand still find them."""
    folder, port = site.folder, site.ports.gateway
    return ProcessSpec(
        name=GATEWAY,
        argv=argv,
        log=folder.log_file(GATEWAY),
        pid_file=folder.run / f"{GATEWAY}.pid",
        is_ready=lambda: serves_pages(HOST, port),
        environment=_environment(site),
        stage=STAGE + 1,
        address=f"http://{HOST}:{port}/",
    )


def serves_pages(host: str, port: int) -> bool:
    """Whether a web server says it serves. The connection is direct: no proxy that the environment names is asked."""
    connection = http.client.HTTPConnection(host, port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _environment(site: Site) -> dict[str, str]:
    return process_environment(GATEWAY, f"{HOST}:{site.ports.gateway}", site) | {
        "ILGAM_TARGET": f"{HOST}:{site.ports.base}",
        "ILGAM_EDGE_KEY": site.secrets.edge_key,
        "ILGAM_WEB_KEY": site.secrets.web_key,
        "ILGAM_MEDIA_URL": site.media_url,
    }
