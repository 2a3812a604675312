"""Settings of the web's edge, from environment variables that begin with ILGAM_."""

from __future__ import annotations

import secrets
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Where pages are served and whom they ask.

    Attributes:
        listen: host:port of the pages.
        target: host:base port of the services (see `services.sdk.channels`).
        nats_url: where events are heard; several separated by commas.
        nats_user: a user that may only listen.
        edge_key: proves to accounts that this is the web's edge.
        web_key: signs cookies, forms and links; all replicas share it.
        public_url: where people reach these pages, without a slash at the end.
        media_url: where pictures are (see `services.runtime.media`); empty: no pictures.
        secure_cookies: cookies travel over HTTPS alone; off only where pages come from this machine itself.
        proxy_hops: how many proxies of ours stand in front; so many addresses of X-Forwarded-For are trusted.
        demo: offer the demo's sign-ins on the sign-in page.
    """

    model_config = SettingsConfigDict(env_prefix="ILGAM_", frozen=True, extra="ignore")

    service: str = "gateway"
    listen: str = "127.0.0.1:7500"
    target: str = "127.0.0.1:7500"
    nats_url: str = "nats://127.0.0.1:4222"
    nats_user: str = ""
    nats_password: str = Field(default="", repr=False)
    bus_namespace: str = ""
    edge_key: str = Field(default="", repr=False)
    web_key: str = Field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    public_url: str = "http://127.0.0.1:7500"
    media_url: str = ""
    secure_cookies: bool = False
    proxy_hops: int = Field(default=0, ge=0, le=5)
    demo: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "console"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port of `listen`."""
        host, _, port = self.listen.rpartition(":")
        return host, int(port)
