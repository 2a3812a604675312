"""The web's edge as a process, until SIGTERM or SIGINT."""

from __future__ import annotations

import uvicorn

from services.gateway.app import create_app
from services.gateway.render import MANIFEST
from services.gateway.settings import GatewaySettings
from services.runtime.logs import configure_logs
from services.runtime.settings import Settings

STOP_SECONDS = 5


def main() -> None:
    """Serves the pages."""
    if not MANIFEST.exists():
        raise SystemExit("the pages' scripts and styles are not built yet: run make setup")
    settings = GatewaySettings()
    configure_logs(Settings(service=settings.service, log_level=settings.log_level, log_format=settings.log_format))
    host, port = settings.address
    uvicorn.run(
        create_app(settings),
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
    )


if __name__ == "__main__":
    main()
