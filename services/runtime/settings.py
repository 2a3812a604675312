"""Settings of a process, from environment variables that begin with ILGAM_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

_ROOT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """What a process is told at start. Every value has a usable default but the addresses of its servers."""

    model_config = SettingsConfigDict(env_prefix="ILGAM_", frozen=True)

    service: str = ""
    # host:port; port 0 picks a free one.
    listen: str = "127.0.0.1:0"
    # 0: no metrics server.
    metrics_port: int = 0
    database_url: str = ""
    database_pool_size: int = 12
    nats_url: str = "nats://127.0.0.1:4222"
    nats_user: str = ""
    nats_password: str = ""
    # Put before stream and subject names, so that several systems can share one server.
    bus_namespace: str = ""
    secrets_dir: Path | None = None
    # With it the web's edge proves itself to accounts; empty: no edge may call.
    edge_key: str = ""
    # Where pictures are: a URL that obstore takes (file:///folder, s3://bucket/prefix, ...); empty: no pictures.
    media_url: str = ""
    # Where people reach the pages, for links in e-mails and certificates; without a slash at the end.
    public_url: str = "http://127.0.0.1:7500"
    # smtp://[user:password@]host[:port] or smtps://...; empty: e-mails become .eml files in mail_dir.
    smtp_url: str = ""
    mail_from: str = "Ilgam <no-reply@ilgam.localhost>"
    mail_dir: Path = Path("mail")
    rates_file: Path = _ROOT / "deploy" / "rates.toml"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "console"
    # Where spans go (OTLP over gRPC); empty: nowhere, only the trace context travels.
    otlp_endpoint: str = ""
    reflection: bool = True
    # Calls that a process works on at once; more are told to try again.
    concurrent_calls: int = 256
    drain_seconds: float = 10.0
