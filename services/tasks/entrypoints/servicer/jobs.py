"""RPCs that make and move jobs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.core.clock import korean_date, utc_now
from services.core.errors import invalid_field
from services.runtime.auth import Caller, current_caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database, Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.rates import Rates
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of
from services.tasks.domain.import_row import ImportRow
from services.tasks.domain.job import Counts, Job
from services.tasks.domain.publishing import FeeRates
from services.tasks.entrypoints.convert_jobs import from_job, from_verdict, to_spec, to_texts
from services.tasks.store.queries import jobs, progress
from services.tasks.use_cases.change_state import pause_job, resume_job
from services.tasks.use_cases.close_job import close_job
from services.tasks.use_cases.create_job import create_job
from services.tasks.use_cases.find_job import visible_job
from services.tasks.use_cases.import_items import import_items
from services.tasks.use_cases.list_jobs import list_jobs
from services.tasks.use_cases.publish_job import cancel_publish, publish_job
from services.tasks.use_cases.update_job import update_job


class JobsRpcs:
    """The jobs' part of TasksService."""

    _database: Database
    _rates: Rates
    _bodies: Bodies | None

    async def CreateJob(self, request: pb.CreateJobRequest, _context: object) -> pb.CreateJobResponse:
        """Creates a draft job."""

        async def act(tx: Transaction) -> pb.CreateJobResponse:
            organisation_id = uuid_of(request.organisation_id)
            job = await create_job(tx, current_caller(), organisation_id, to_spec(request.spec), to_texts(request.spec))
            return pb.CreateJobResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.CreateJobResponse, act)

    async def GetJob(self, request: pb.GetJobRequest, _context: object) -> pb.GetJobResponse:
        """One job."""
        async with self._database.transaction() as tx:
            job = await visible_job(tx.connection, current_caller(), uuid_of(request.job_id))
            return pb.GetJobResponse(job=await _message(tx, job))

    async def ListJobs(self, request: pb.ListJobsRequest, _context: object) -> pb.ListJobsResponse:
        """Jobs, newest first."""
        size = page_size(request.page_size)
        before = cursor_of(request.page_token, lambda values: UUID(str(values["before"])))
        organisation_id = uuid_of(request.organisation_id) if request.organisation_id else None
        async with self._database.transaction() as tx:
            found = await list_jobs(tx, current_caller(), organisation_id, before, size + 1)
            shown = found[:size]
            ids = [job.job_id for job in shown]
            texts = await jobs.texts_of_jobs(tx.connection, ids)
            counts = await progress.counts_of_jobs(tx.connection, ids)
        return pb.ListJobsResponse(
            jobs=[from_job(job, texts[job.job_id], counts.get(job.job_id, Counts())) for job in shown],
            next_page_token=encode_token(before=str(shown[-1].job_id)) if len(found) > size else "",
        )

    async def UpdateJob(self, request: pb.UpdateJobRequest, _context: object) -> pb.UpdateJobResponse:
        """Changes a job."""

        async def act(tx: Transaction) -> pb.UpdateJobResponse:
            job = await update_job(
                tx,
                current_caller(),
                uuid_of(request.job_id),
                revision=request.revision,
                asked=to_spec(request.spec),
                texts=to_texts(request.spec),
            )
            return pb.UpdateJobResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.UpdateJobResponse, act)

    async def ImportItems(
        self, request_iterator: AsyncIterator[pb.ImportItemsRequest], _context: object
    ) -> AsyncIterator[pb.ImportItemsResponse]:
        """Adds rows, message by message; each message gets one response."""
        caller: Caller = current_caller()
        job_id: UUID | None = None
        async for request in request_iterator:
            if job_id is None:
                if not request.job_id:
                    raise invalid_field("job_id", "name the job in the first message")
                job_id = uuid_of(request.job_id)
            elif request.job_id and uuid_of(request.job_id) != job_id:
                raise invalid_field("job_id", "one job per stream")
            rows = [ImportRow(row.key, row.data_json, row.gold_label, row.gold_answer_json) for row in request.rows]
            verdicts = await import_items(self._database, self._bodies, caller, job_id, rows)
            yield pb.ImportItemsResponse(verdicts=[from_verdict(verdict) for verdict in verdicts])

    async def PublishJob(self, request: pb.PublishJobRequest, _context: object) -> pb.PublishJobResponse:
        """Asks for the money."""

        async def act(tx: Transaction) -> pb.PublishJobResponse:
            job = await publish_job(tx, current_caller(), uuid_of(request.job_id), self._fee_rates())
            return pb.PublishJobResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.PublishJobResponse, act)

    async def CancelPublish(self, request: pb.CancelPublishRequest, _context: object) -> pb.CancelPublishResponse:
        """Takes the request for money back."""

        async def act(tx: Transaction) -> pb.CancelPublishResponse:
            job = await cancel_publish(tx, current_caller(), uuid_of(request.job_id))
            return pb.CancelPublishResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.CancelPublishResponse, act)

    async def PauseJob(self, request: pb.PauseJobRequest, _context: object) -> pb.PauseJobResponse:
        """Stops new claims."""

        async def act(tx: Transaction) -> pb.PauseJobResponse:
            job = await pause_job(tx, current_caller(), uuid_of(request.job_id))
            return pb.PauseJobResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.PauseJobResponse, act)

    async def ResumeJob(self, request: pb.ResumeJobRequest, _context: object) -> pb.ResumeJobResponse:
        """Takes claims again."""

        async def act(tx: Transaction) -> pb.ResumeJobResponse:
            job = await resume_job(tx, current_caller(), uuid_of(request.job_id))
            return pb.ResumeJobResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.ResumeJobResponse, act)

    async def CloseJob(self, request: pb.CloseJobRequest, _context: object) -> pb.CloseJobResponse:
        """Ends a job."""

        async def act(tx: Transaction) -> pb.CloseJobResponse:
            job = await close_job(tx, current_caller(), uuid_of(request.job_id))
            return pb.CloseJobResponse(job=await _message(tx, job))

        return await run_once(self._database, request, pb.CloseJobResponse, act)

    def _fee_rates(self) -> FeeRates:
        today = korean_date(utc_now())
        return FeeRates(self._rates.value("fee_percent", today), self._rates.value("fee_vat_percent", today))


async def _message(tx: Transaction, job: Job) -> pb.Job:
    counts = await progress.counts_of_job(tx.connection, job.job_id)
    return from_job(job, await jobs.texts_of_job(tx.connection, job.job_id), counts)
