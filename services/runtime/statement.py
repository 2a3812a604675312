"""Statements that are run thousands of times a minute: compiled once, then run on the driver itself.

SQLAlchemy's execution costs three to four times the driver's, more than all decisions together. These statements run on
the same connection and in the same transaction as everything else; only their way there is shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import asyncpg as dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

_DIALECT = dialect.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives dialects no types


class Row(asyncpg.Record):  # type: ignore[misc]  # asyncpg has no types
    """A row: by place, by name, or as an attribute."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a column's value is of any type
        """The column of that name."""
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class Column(list[Any]):
    """One column's values."""

    def all(self) -> list[Any]:
        """All of them."""
        return self


class Rows(Sequence[Row]):
    """What a statement gave, with the access that SQLAlchemy's results have."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:  # noqa: ANN401 - a row or a list of rows, as with any sequence
        return self._rows[place]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def all(self) -> list[Row]:
        """All rows."""
        return self._rows

    def mappings(self) -> Rows:
        """The rows; each is a mapping already."""
        return self

    def one(self) -> Row:
        """The only row.

        Raises:
            LookupError: there is none, or more.
        """
        if len(self._rows) != 1:
            raise LookupError(f"one row was expected, {len(self._rows)} came")
        return self._rows[0]

    def one_or_none(self) -> Row | None:
        """The only row, or None."""
        return self.one() if self._rows else None

    def scalars(self) -> Column:
        """The first column."""
        return Column(row[0] for row in self._rows)

    def scalar_one(self) -> Any:  # noqa: ANN401 - a column's value is of any type
        """The first column of the only row."""
        return self.one()[0]


class Statement:
    """SQL with parameters as `:name`, in the form of `sqlalchemy.text`."""

    def __init__(self, sql: str) -> None:
        self.text = sql
        compiled = text(sql).compile(dialect=_DIALECT)
        self._sql = str(compiled)
        self._names = tuple(compiled.positiontup or ())

    async def execute(self, connection: AsyncConnection, parameters: Mapping[str, Any] | None = None) -> Rows:
        """Runs it.

        Raises:
            IntegrityError: a constraint, as SQLAlchemy says it.
            DBAPIError: anything else that the server refuses.
        """
        values = parameters or {}
        try:
            rows = await driver_of(connection).fetch(
                self._sql, *(values[name] for name in self._names), record_class=Row
            )
        except asyncpg.IntegrityConstraintViolationError as error:
            raise IntegrityError(None, None, error) from error
        except asyncpg.PostgresError as error:
            raise DBAPIError(None, None, error) from error
        return Rows(rows)


def driver_of(connection: AsyncConnection) -> Any:  # noqa: ANN401 - asyncpg has no types
    """The driver's own connection behind one of SQLAlchemy's."""
    held = connection.sync_connection
    if held is None:
        raise RuntimeError("the connection is closed")
    return held.connection.driver_connection
