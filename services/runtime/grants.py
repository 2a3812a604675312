"""What a migration grants to the runtime role: no more than the running process needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Operations(Protocol):
    """What this module needs of Alembic's `op`."""

    def execute(self, sqltext: str) -> None:
        """Runs one statement."""


def grant(op: Operations, rights: str, tables: Sequence[str]) -> None:
    """Grants rights on tables to the runtime role: the owner's name without `_owner`."""
    for table in tables:
        _execute_for_runtime_role(op, f"GRANT {rights} ON {table} TO %I")


def grant_sequences(op: Operations) -> None:
    """Grants the use of all sequences that exist now."""
    _execute_for_runtime_role(op, "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I")


def append_only(op: Operations, table: str) -> None:
    """Refuses UPDATE, DELETE and TRUNCATE for everybody; the runtime role may only read and add."""
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION 'table {table} is append only' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
    grant(op, "SELECT, INSERT", [table])


def _execute_for_runtime_role(op: Operations, template: str) -> None:
    op.execute(f"DO $$ BEGIN EXECUTE format('{template}', regexp_replace(current_user::text, '_owner$', '')); END $$")
