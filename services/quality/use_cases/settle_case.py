"""Settles a gathered case: by its labels, or by what the bodies of its answers say."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from services.core.errors import UnavailableError
from services.labelling.annotation import annotation_json, read_annotation
from services.labelling.values import Mark
from services.quality.domain.case import Case
from services.quality.domain.judging import Round
from services.quality.domain.settlement import settle
from services.quality.domain.structured import Read, remembered, settle_structured
from services.quality.use_cases.conclude import SettledCase
from services.runtime.bodies import Bodies
from services.runtime.database import Transaction

READS_AT_ONCE = 32


async def settle_case(
    tx: Transaction, bodies: Bodies | None, case: Case, way: Round, *, otherwise: bool = False
) -> SettledCase:
    """The model's settlement of a case, and, where answers are more than a label, the items' results.

    Args:
        tx: what waits for it.
        bodies: where answers lie that are more than a label.
        case: what is settled.
        way: how it is judged.
        otherwise: answers are compared in another way than before, so nothing that is remembered of them holds.

    Raises:
        UnavailableError: a body is not in the store yet, or the store cannot be reached.
    """
    terms = case.job.terms
    if not terms.structured:
        return SettledCase(case, settle(case.batch(), case.table(), case.job.memory, terms.confidence_target), way)
    batch = case.batch()
    read = await _read(bodies, case, [False] * len(case.answers) if otherwise else remembered(batch))
    # Comparing drawings takes its time: neither others nor the database wait for it.
    work = asyncio.to_thread(settle_structured, batch, read, case.table(), case.job.memory, terms.confidence_target)
    settled, results = await tx.awake_during(work)
    return SettledCase(case, settled, way, [annotation_json(marks) for marks in results])


async def fetch(bodies: Bodies | None, job_id: UUID, hashes: Sequence[str]) -> list[str]:
    """Bodies of a job, in the order of their hashes; they stay at hand for a while.

    Raises:
        UnavailableError: one is not in the store yet, or the store cannot be reached.
    """
    if bodies is None:
        raise UnavailableError("ILGAM_MEDIA_URL names no store of answers")
    found: list[str] = []
    for start in range(0, len(hashes), READS_AT_ONCE):
        part = hashes[start : start + READS_AT_ONCE]
        found += await asyncio.gather(*(bodies.get(job_id, sha256) for sha256 in part))
    return found


async def _read(bodies: Bodies | None, case: Case, passed_over: Iterable[bool]) -> Read:
    job_id = case.job.terms.job_id
    wanted = ["" if known else one.body_sha256 for one, known in zip(case.answers, passed_over, strict=True)]
    said = iter(await fetch(bodies, job_id, [name for name in wanted if name]))
    known = [item.gold_sha256 for item in case.items if item.gold_sha256]
    gold = dict(zip(known, await fetch(bodies, job_id, known), strict=True))
    return Read(
        controls=case.job.terms.controls,
        answers=[_marks(next(said)) if name else None for name in wanted],
        known=[_marks(gold[item.gold_sha256]) if item.gold_sha256 else None for item in case.items],
    )


def _marks(body: str) -> tuple[Mark, ...]:
    return read_annotation(body).marks
