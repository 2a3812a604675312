"""Work in hand goes over to new versions of its job's texts where it fits; what does not fit keeps its version.

Whatever version an answer was made under, it is judged and paid by that one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.labelling.schema import LabelSchema
from services.labelling.values import MediaSize
from services.runtime.database import Transaction
from services.tasks.domain.schema_change import begun, draft_fits
from services.tasks.store.queries import moves
from services.tasks.store.queries.moves import OpenDraft
from services.tasks.use_cases.find_media import facts_of_media, sizes_of

PAGE_DRAFTS = 200


async def move_drafts(tx: Transaction, job_id: UUID, version: int, schema: LabelSchema) -> None:
    """Brings work in hand to a version of the label schema: untouched work, and drafts that keep its rules."""
    await moves.move_untouched(tx.connection, job_id, version)
    lenient, after = begun(schema), UUID(int=0)
    while page := await moves.open_drafts_after(tx.connection, job_id, version, after, PAGE_DRAFTS):
        sizes = sizes_of(await facts_of_media(tx.connection, job_id, [draft.data_json for draft in page]))
        fitting = await asyncio.to_thread(_fitting, lenient, page, sizes)
        if fitting:
            await moves.move_to_schema(tx.connection, fitting, version)
        after = page[-1].assignment_id


async def move_instructions(tx: Transaction, job_id: UUID, version: int) -> None:
    """Shows the newest instructions with all work in hand."""
    await moves.move_to_instructions(tx.connection, job_id, version)


def _fitting(schema: LabelSchema, drafts: Sequence[OpenDraft], sizes: Mapping[str, MediaSize]) -> list[UUID]:
    return [draft.assignment_id for draft in drafts if draft_fits(schema, draft.data_json, draft.draft_json, sizes)]
