"""ListProblems: what workers found wrong with a job's items."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.runtime.auth import Caller
from services.runtime.database import Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.tasks.store.queries import problems
from services.tasks.store.queries.lists import LAST_ID
from services.tasks.use_cases.find_job import visible_job


@dataclass(frozen=True)
class ProblemPage:
    """One page, the token of the next one (empty at the end), and how many problems the job has in all."""

    problems: list[problems.ListedProblem]
    next_page_token: str
    problem_count: int


async def list_problems(tx: Transaction, caller: Caller, job_id: UUID, asked_size: int, page_token: str) -> ProblemPage:
    """Problems with the items of a job, newest first.

    Raises:
        NotFoundError: the job is not the caller's.
        InvalidArgumentError: PAGE_TOKEN_INVALID.
    """
    size = page_size(asked_size)
    before = cursor_of(page_token, lambda at: UUID(at["problem_id"])) or LAST_ID
    job = await visible_job(tx.connection, caller, job_id)
    found = await problems.problems_newest_first(tx.connection, job.job_id, before, size + 1)
    token = encode_token(problem_id=str(found[size - 1].problem_id)) if len(found) > size else ""
    return ProblemPage(found[:size], token, await problems.problem_count(tx.connection, job.job_id))
