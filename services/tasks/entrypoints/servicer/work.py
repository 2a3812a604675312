"""The RPCs of workers: what there is, claims, drafts, answers."""

from __future__ import annotations

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.core.clock import korean_date, utc_now
from services.runtime.auth import current_caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database, Transaction
from services.runtime.rates import Rates
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of
from services.tasks.entrypoints.convert_work import (
    assignment_message,
    available_job_message,
    claim_message,
    draft_verdicts_message,
    filter_of,
    problem_of,
    submit_verdicts_message,
    work_job_message,
    work_summary_message,
)
from services.tasks.use_cases.claim_items import claim_items
from services.tasks.use_cases.list_assignments import list_assignments
from services.tasks.use_cases.list_available_jobs import list_available_jobs
from services.tasks.use_cases.return_items import return_items
from services.tasks.use_cases.save_drafts import Draft, save_drafts
from services.tasks.use_cases.show_work_job import show_work_job
from services.tasks.use_cases.submit_answers import Answer, submit_answers
from services.tasks.use_cases.summarise_work import list_job_titles, summarise_work


class WorkRpcs:
    """The part of TasksService that workers call."""

    _database: Database
    _rates: Rates
    _bodies: Bodies | None

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

    async def GetWorkJob(self, request: pb.GetWorkJobRequest, _context: object) -> pb.GetWorkJobResponse:
        """One job as the caller sees it."""
        wage = self._rates.value("minimum_wage_krw", korean_date(utc_now()))
        async with self._database.transaction() as tx:
            shown = await show_work_job(
                tx,
                current_caller().worker_id,
                uuid_of(request.job_id),
                schema_version=request.schema_version,
                instructions_version=request.instructions_version,
            )
        return work_job_message(shown, wage)

    async def GetWorkSummary(self, request: pb.GetWorkSummaryRequest, _context: object) -> pb.GetWorkSummaryResponse:
        """The caller's work in numbers."""
        del request
        async with self._database.transaction() as tx:
            return work_summary_message(await summarise_work(tx, current_caller().worker_id))

    async def ListJobTitles(self, request: pb.ListJobTitlesRequest, _context: object) -> pb.ListJobTitlesResponse:
        """The titles of jobs."""
        ids = [uuid_of(job_id) for job_id in request.job_ids]
        async with self._database.transaction() as tx:
            titles = await list_job_titles(tx, current_caller(), ids)
        return pb.ListJobTitlesResponse(titles=[pb.JobTitle(job_id=str(one.job_id), title=one.title) for one in titles])

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
        verdicts = await submit_answers(self._database, self._bodies, current_caller().worker_id, sent)
        return submit_verdicts_message(verdicts)

    async def ReturnItems(self, request: pb.ReturnItemsRequest, _context: object) -> pb.ReturnItemsResponse:
        """Gives items back unanswered."""
        ids = [uuid_of(assignment_id) for assignment_id in request.assignment_ids]
        async with self._database.transaction() as tx:
            returned = await return_items(tx, current_caller().worker_id, ids, problem_of(request))
        return pb.ReturnItemsResponse(returned_assignment_ids=[str(assignment_id) for assignment_id in returned])

    async def ListAssignments(self, request: pb.ListAssignmentsRequest, _context: object) -> pb.ListAssignmentsResponse:
        """The caller's assignments, newest first."""
        async with self._database.transaction() as tx:
            held, media, token = await list_assignments(
                tx,
                current_caller().worker_id,
                filter_of(request),
                asked_size=request.page_size,
                page_token=request.page_token,
            )
        return pb.ListAssignmentsResponse(
            assignments=[assignment_message(one, media[one.job_id]) for one in held], next_page_token=token
        )
