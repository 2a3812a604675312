"""Settings of `ilgam up`, from the environment with the prefix ILGAM_."""

from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.nats.prepare import STREAM_BYTES_DEFAULT

BASE_PORT_DEFAULT = 7500
PORT_MIN, PORT_MAX = 1024, 65_500


class LocalSettings(BaseSettings):
    """Where a stack keeps its data, which ports it takes, and which servers it uses when they are not its own.

    Attributes:
        data: the data folder; everything a stack keeps is in it.
        port: first port of the stack's range.
        postgres_admin_url: with --external: `postgresql://user:password@host:port/postgres` of a role that may create
            roles and databases.
        nats_url: with --external: `nats://host:port`, several separated by commas.
        nats_admin_user: with --external: a user that may create streams.
        nats_admin_password: its password.
        nats_replicas: copies of each stream: 1 on one server, 3 on a cluster.
        media_url: where pictures are (file:///folder, s3://bucket/prefix, ...); empty: in the data folder.
        nats_stream_max_bytes: how much one stream may hold; the embedded server takes less on a small disk.
    """

    model_config = SettingsConfigDict(env_prefix="ILGAM_", extra="ignore")

    data: Path = Path(".ilgam")
    port: Annotated[int, Field(ge=PORT_MIN, le=PORT_MAX)] = BASE_PORT_DEFAULT
    postgres_admin_url: str = ""
    nats_url: str = ""
    nats_admin_user: str = ""
    nats_admin_password: str = ""
    nats_replicas: Annotated[int, Field(ge=1, le=5)] = 1
    nats_stream_max_bytes: Annotated[int, Field(ge=2**20)] = STREAM_BYTES_DEFAULT
    media_url: str = ""
