"""The RPCs of workers: what there is, claims, drafts, answers."""

from __future__ import annotations

from uuid import UUID

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.core.clock import korean_date, utc_now
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.rates import Rates
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of
from services.tasks.entrypoints.convert_work import (
    assignment_message,
    available_job_message,
    claim_message,
    draft_verdicts_message,
    submit_verdicts_message,
)
from services.tasks.use_cases.claim_items import claim_items
from services.tasks.use_cases.list_assignments import list_assignments
from services.tasks.use_cases.list_available_jobs import list_available_jobs
from services.tasks.use_cases.return_items import return_items
from services.tasks.use_cases.save_drafts import Draft, save_drafts
from services.tasks.use_cases.submit_answers import Answer, submit_answers


class WorkRpcs:
    """The part of TasksService that workers call."""

    _database: Database
    _rates: Rates

    async def ListAvailableJobs(
        self, request: pb.ListAvailableJobsRequest, _context: object
    ) -> pb.ListAvailableJobsResponse:
        """Open jobs as the caller sees them."""
        wage = self._rates.value("minimum_wage_krw", korean_date(utc_now()))
        async with self._database.transaction() as tx:
            jobs, token = await list_available_jobs(
                tx, current_caller().worker_id, request.page_size, request.page_token
            )
        return pb.ListAvailableJobsResponse(
            jobs=[available_job_message(job, wage) for job in jobs], next_page_token=token
        )

    async def ClaimItems(self, request: pb.ClaimItemsRequest, _context: object) -> pb.ClaimItemsResponse:
        """Takes items of a job in one step."""
        worker_id = current_caller().worker_id
        item_ids = [uuid_of(item_id) for item_id in request.item_ids]

        async def act(tx: Transaction) -> pb.ClaimItemsResponse:
            return claim_message(await claim_items(tx, uuid_of(request.job_id), worker_id, request.count, item_ids))

        return await run_once(self._database, request, pb.ClaimItemsResponse, act)

    async def SaveDrafts(self, request: pb.SaveDraftsRequest, _context: object) -> pb.SaveDraftsResponse:
        """Keeps unfinished work."""
        sent = [Draft(uuid_of(one.assignment_id), one.draft_revision, one.draft_json) for one in request.drafts]
        async with self._database.transaction() as tx:
            verdicts = await save_drafts(tx, current_caller().worker_id, sent)
        return draft_verdicts_message(verdicts)

    async def SubmitAnswers(self, request: pb.SubmitAnswersRequest, _context: object) -> pb.SubmitAnswersResponse:
        """Hands in answers."""
        sent = [Answer(uuid_of(one.assignment_id), one.answer_json) for one in request.answers]
        async with self._database.transaction() as tx:
            verdicts = await submit_answers(tx, current_caller().worker_id, sent)
        return submit_verdicts_message(verdicts)

    async def ReturnItems(self, request: pb.ReturnItemsRequest, _context: object) -> pb.ReturnItemsResponse:
        """Gives items back unanswered."""
        ids = [uuid_of(assignment_id) for assignment_id in request.assignment_ids]
        async with self._database.transaction() as tx:
            returned = await return_items(tx, current_caller().worker_id, ids)
        return pb.ReturnItemsResponse(returned_assignment_ids=[str(assignment_id) for assignment_id in returned])

    async def ListAssignments(self, request: pb.ListAssignmentsRequest, _context: object) -> pb.ListAssignmentsResponse:
        """The caller's assignments, newest first."""
        job_id: UUID | None = uuid_of(request.job_id) if request.job_id else None
        async with self._database.transaction() as tx:
            held, token = await list_assignments(
                tx,
                current_caller().worker_id,
                job_id=job_id,
                state=request.state,
                asked_size=request.page_size,
                page_token=request.page_token,
            )
        return pb.ListAssignmentsResponse(assignments=[assignment_message(one) for one in held], next_page_token=token)
