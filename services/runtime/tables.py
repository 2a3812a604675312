"""The tables that every service's database has: outbox, inbox, parked and dead events, requests, signing keys.

The outbox is the event log: its rows stay for ever, partitioned by month. The others are kept small.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.runtime.grants import Operations, grant, grant_sequences

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

INSTANT = DateTime(timezone=True)


def new_metadata() -> MetaData:
    """Metadata with names for every constraint."""
    return MetaData(naming_convention=NAMING)


def attach_runtime_tables(metadata: MetaData) -> None:
    """Adds the runtime's tables to a service's metadata, so that models and history can be compared."""
    _attach_log(metadata)
    _attach_inbox(metadata)
    _attach_requests(metadata)


def _attach_log(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        Column("seq", BigInteger, Identity(always=True), primary_key=True),
        Column("create_time", INSTANT, primary_key=True, server_default=func.now()),
        Column("event_id", Uuid, nullable=False),
        Column("event_type", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("headers", JSONB, nullable=False, server_default=text("'{}'")),
        Column("lease_time", INSTANT),
        Column("sent_time", INSTANT),
        Index("ix_outbox_unsent", "seq", postgresql_where=text("sent_time IS NULL")),
        postgresql_partition_by="RANGE (create_time)",
    )


def _attach_inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("handle_time", INSTANT, nullable=False, server_default=func.now()),
        Index("ix_inbox_handle_time", "handle_time"),
    )
    Table(
        "parked_event",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("park_key", Text, nullable=False),
        Column("event_type", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("park_time", INSTANT, nullable=False, server_default=func.now()),
        Index("ix_parked_event_park_key", "park_key"),
    )
    Table(
        "event_failure",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("attempts", Integer, nullable=False),
        Column("error", Text, nullable=False),
        Column("fail_time", INSTANT, nullable=False, server_default=func.now()),
    )
    Table(
        "dead_letter",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("event_type", Text, nullable=False),
        Column("payload", LargeBinary, nullable=False),
        Column("error", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("dead_time", INSTANT, nullable=False, server_default=func.now()),
        Index("ix_dead_letter_dead_time", "dead_time"),
    )


def _attach_requests(metadata: MetaData) -> None:
    Table(
        "request",
        metadata,
        Column("caller_id", Uuid, primary_key=True),
        Column("request_id", Uuid, primary_key=True),
        Column("method", Text, nullable=False),
        Column("request_hash", LargeBinary, nullable=False),
        Column("response", LargeBinary, nullable=False),
        Column("create_time", INSTANT, nullable=False, server_default=func.now()),
        Column("expire_time", INSTANT),
        Index("ix_request_expire_time", "expire_time", postgresql_where=text("expire_time IS NOT NULL")),
    )
    Table(
        "signing_key_set",
        metadata,
        Column("singleton", Integer, primary_key=True, autoincrement=False),
        Column("revision", BigInteger, nullable=False),
        Column("jwks_json", Text, nullable=False),
    )


RUNTIME_DDL = (
    """
    CREATE TABLE outbox (
        seq bigint GENERATED ALWAYS AS IDENTITY,
        create_time timestamptz NOT NULL DEFAULT now(),
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        payload bytea NOT NULL,
        headers jsonb NOT NULL DEFAULT '{}',
        lease_time timestamptz,
        sent_time timestamptz,
        CONSTRAINT pk_outbox PRIMARY KEY (seq, create_time)
    ) PARTITION BY RANGE (create_time)
    """,
    "CREATE INDEX ix_outbox_unsent ON outbox (seq) WHERE sent_time IS NULL",
    """
    CREATE FUNCTION outbox_partition(month timestamptz) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public AS $$
    DECLARE
        first timestamptz := date_trunc('month', month, 'UTC');
        name text := 'outbox_' || to_char(first AT TIME ZONE 'UTC', 'YYYYMM');
    BEGIN
        PERFORM pg_advisory_xact_lock(hashtext(name));
        IF to_regclass(name) IS NULL THEN
            EXECUTE format(
                'CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L) WITH (fillfactor = 70, '
                'autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05)',
                name, first, date_trunc('month', first + interval '40 days', 'UTC'));
        END IF;
    END $$
    """,
    "SELECT outbox_partition(now()), outbox_partition(now() + interval '31 days')",
    """
    CREATE TABLE inbox (
        event_id uuid CONSTRAINT pk_inbox PRIMARY KEY,
        handle_time timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX ix_inbox_handle_time ON inbox (handle_time)",
    """
    CREATE TABLE parked_event (
        event_id uuid CONSTRAINT pk_parked_event PRIMARY KEY,
        park_key text NOT NULL,
        event_type text NOT NULL,
        payload bytea NOT NULL,
        park_time timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX ix_parked_event_park_key ON parked_event (park_key)",
    """
    CREATE TABLE event_failure (
        event_id uuid CONSTRAINT pk_event_failure PRIMARY KEY,
        attempts integer NOT NULL,
        error text NOT NULL,
        fail_time timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE dead_letter (
        event_id uuid CONSTRAINT pk_dead_letter PRIMARY KEY,
        event_type text NOT NULL,
        payload bytea NOT NULL,
        error text NOT NULL,
        attempts integer NOT NULL,
        dead_time timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX ix_dead_letter_dead_time ON dead_letter (dead_time)",
    """
    CREATE TABLE request (
        caller_id uuid NOT NULL,
        request_id uuid NOT NULL,
        method text NOT NULL,
        request_hash bytea NOT NULL,
        response bytea NOT NULL,
        create_time timestamptz NOT NULL DEFAULT now(),
        expire_time timestamptz,
        CONSTRAINT pk_request PRIMARY KEY (caller_id, request_id)
    )
    """,
    "CREATE INDEX ix_request_expire_time ON request (expire_time) WHERE expire_time IS NOT NULL",
    """
    CREATE TABLE signing_key_set (
        singleton integer CONSTRAINT pk_signing_key_set PRIMARY KEY,
        revision bigint NOT NULL,
        jwks_json text NOT NULL
    )
    """,
)

RUNTIME_TABLES = ("inbox", "parked_event", "event_failure", "dead_letter", "request", "signing_key_set")


def create_runtime_tables(op: Operations) -> None:
    """Creates the runtime's tables with their grants; the first migration of every service calls it first."""
    for statement in RUNTIME_DDL:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE, DELETE", RUNTIME_TABLES)
    # The log of events is added to and marked, never deleted.
    grant(op, "SELECT, INSERT, UPDATE", ["outbox"])
    grant_sequences(op)
