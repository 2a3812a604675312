"""The columns of a table of stored files, and their way to and from a row."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Big, Instant, Words
from services.runtime.grants import Operations
from services.runtime.media import media_id_of
from services.runtime.media_facts import MediaFacts

FACTS: Final = """sha256, extension, width, height, duration_ms, fps_numerator, fps_denominator, frame_count,
    sample_rate, size_bytes, thumbnail_id, peaks_id"""
"""The columns that `facts_of` reads."""
_ZERO: Final = text("0")
_BLANK: Final = text("''")


_ADDED: Final = """
    ALTER TABLE {table}
        ADD COLUMN duration_ms bigint NOT NULL DEFAULT 0,
        ADD COLUMN fps_numerator integer NOT NULL DEFAULT 0,
        ADD COLUMN fps_denominator integer NOT NULL DEFAULT 0,
        ADD COLUMN frame_count bigint NOT NULL DEFAULT 0,
        ADD COLUMN sample_rate integer NOT NULL DEFAULT 0,
        ADD COLUMN thumbnail_id text NOT NULL DEFAULT '',
        ADD COLUMN peaks_id text NOT NULL DEFAULT '',
        ADD COLUMN source_sha256 text NOT NULL DEFAULT ''
"""


def add_facts(op: Operations, table: str, owner: str) -> None:
    """Adds to a table of files of before what is known of them, for a migration; `owner` is the column that owns them."""
    op.execute(_ADDED.format(table=table))
    op.execute(f"CREATE INDEX ix_{table}_source_sha256 ON {table} ({owner}, source_sha256)")


class MediaColumns:
    """What a row says of a file. `source_sha256` is the hash of the bytes that came: what is stored was made of them."""

    extension: Mapped[Words]
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[Big]
    create_time: Mapped[Instant]
    duration_ms: Mapped[Big] = mapped_column(server_default=_ZERO)
    fps_numerator: Mapped[int] = mapped_column(server_default=_ZERO)
    fps_denominator: Mapped[int] = mapped_column(server_default=_ZERO)
    frame_count: Mapped[Big] = mapped_column(server_default=_ZERO)
    sample_rate: Mapped[int] = mapped_column(server_default=_ZERO)
    thumbnail_id: Mapped[Words] = mapped_column(server_default=_BLANK)
    peaks_id: Mapped[Words] = mapped_column(server_default=_BLANK)
    source_sha256: Mapped[Words] = mapped_column(server_default=_BLANK)


def facts_of(row: Any) -> MediaFacts:  # noqa: ANN401 - a row of either driver
    """The facts that a row with the columns FACTS holds."""
    return MediaFacts(
        media_id=media_id_of(row.sha256, row.extension),
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        fps_numerator=row.fps_numerator,
        fps_denominator=row.fps_denominator,
        frame_count=row.frame_count,
        sample_rate=row.sample_rate,
        size_bytes=row.size_bytes,
        thumbnail_id=row.thumbnail_id,
        peaks_id=row.peaks_id,
    )


def values_of(facts: MediaFacts) -> dict[str, Any]:
    """The facts by their columns' names."""
    values = asdict(facts)
    del values["media_id"]
    return {"sha256": facts.sha256, "extension": facts.extension, **values}
