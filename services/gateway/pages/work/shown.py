"""How the pages of those who label show a job: pay beside the minimum wage, what is missing, and names of kinds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.gateway.kinds import kind_of
from services.gateway.pages.work.next_step import known_hourly_krw
from services.sdk import Client

TITLES_PER_CALL = 200
_EXACT_UP_TO = 20
_HUNDRED = 100
_DIGITS_MAX = 4


class Wage(StrEnum):
    """How a job's pay by the hour compares with the minimum wage."""

    UNKNOWN = "unknown"
    ABOVE = "above"
    BELOW = "below"


@dataclass(frozen=True)
class ShownJob:
    """A job as a card or a page shows it.

    Attributes:
        job: as tasks gave it.
        kind: the annotation type's name, a key of `states`.
        wage: how its pay compares with the minimum wage.
        difference_krw: by how many won an hour.
        missing: names of what is missing to claim: CERTIFICATE, SKILL, POOL, RESTRICTED; PICK where items are named.
        about_count: about how many items are open.
    """

    job: pb.AvailableJob
    kind: str
    wage: Wage
    difference_krw: int
    missing: tuple[str, ...]
    about_count: int


def shown_job(job: pb.AvailableJob) -> ShownJob:
    """What a card says of a job."""
    hourly = known_hourly_krw(job)
    difference = hourly - job.minimum_wage_krw
    known = hourly and job.minimum_wage_krw
    wage = Wage.UNKNOWN if not known else Wage.ABOVE if difference >= 0 else Wage.BELOW
    missing = [pb.MissingKind.Name(kind).removeprefix("MISSING_KIND_") for kind in job.missing]
    if job.claim_mode == pb.CLAIM_MODE_PICK:
        missing.append("PICK")
    return ShownJob(job, kind_of(job.annotation_type), wage, abs(difference), tuple(missing), about(job.wanting_count))


def about(count: int) -> int:
    """A count that changes while it is read: few as they are, many to two digits."""
    if count <= _EXACT_UP_TO:
        return count
    unit = 10 ** max(1, len(str(count)) - 2) if count >= _HUNDRED else 10
    return count // unit * unit


def number_in(text: str) -> int | None:
    """A small whole number in an address; None where there is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX else None


async def titles_of(client: Client, job_ids: Iterable[str]) -> dict[str, str]:
    """The titles of jobs by their ids; what exists no more is not among them."""
    wanted = sorted(set(job_ids) - {""})
    titles: dict[str, str] = {}
    for start in range(0, len(wanted), TITLES_PER_CALL):
        request = pb.ListJobTitlesRequest(job_ids=wanted[start : start + TITLES_PER_CALL])
        answer = await client.tasks.ListJobTitles(request)
        titles |= {one.job_id: one.title for one in answer.titles}
    return titles
