"""The parsed versions of jobs' label schemas. A version never changes, so they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.labelling.schema import LabelSchema, parse_label_schema
from services.tasks.store.queries import assignments

SCHEMAS_KEPT = 256

Schemas = dict[tuple[UUID, int], LabelSchema]
"""By job and version."""

_kept: Schemas = {}


async def schemas_of(connection: AsyncConnection, wanted: Iterable[tuple[UUID, int]]) -> Schemas:
    """The schemas of these versions; the newest 256 that were asked for are kept in memory."""
    versions = set(wanted)
    unknown = versions - _kept.keys()
    if unknown:
        found = await assignments.label_schemas(connection, unknown)
        for key, (schema_json, annotation_type) in found.items():
            _kept[key] = parse_label_schema(schema_json, annotation_type)
    known = {key: _kept[key] for key in versions}
    while len(_kept) > SCHEMAS_KEPT:
        _kept.pop(next(iter(_kept)))
    return known
