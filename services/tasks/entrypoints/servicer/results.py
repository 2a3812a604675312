"""RPCs that read: progress, items, results, throughput, audit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.core.clock import korean_date, utc_now
from services.runtime.auth import current_caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.rates import Rates
from services.runtime.wire import to_timestamp, uuid_of
from services.tasks.domain.publishing import FeeRates
from services.tasks.entrypoints.convert_items import from_item, from_whole_item
from services.tasks.entrypoints.convert_jobs import from_fact, from_minute, from_problem
from services.tasks.store.queries import item_lists, progress
from services.tasks.use_cases.export_results import ExportForm, export_results
from services.tasks.use_cases.find_job import schema_of, visible_job
from services.tasks.use_cases.keep_bodies import read_bodies
from services.tasks.use_cases.list_problems import list_problems
from services.tasks.use_cases.show_item import show_item
from services.tasks.use_cases.show_progress import estimate_job, show_progress
from services.tasks.use_cases.stream_audit import stream_audit

MINUTES_DEFAULT = 60
BODIES_MAX = 50
"""Items on a page whose results are bodies, of up to 256 KiB each."""
SEQ_MAX = 2**63 - 1


class ResultsRpcs:
    """The reading part of TasksService."""

    _database: Database
    _rates: Rates
    _bodies: Bodies | None

    async def EstimateJob(self, request: pb.EstimateJobRequest, _context: object) -> pb.EstimateJobResponse:
        """What publishing would reserve."""
        today = korean_date(utc_now())
        rates = FeeRates(self._rates.value("fee_percent", today), self._rates.value("fee_vat_percent", today))
        async with self._database.transaction() as tx:
            estimate = await estimate_job(tx, current_caller(), uuid_of(request.job_id), rates)
        return pb.EstimateJobResponse(
            budget_krw=estimate.publication.budget_krw,
            answers_min=estimate.answers_min,
            answers_max=estimate.answers_max,
            fee_krw=estimate.publication.fee_krw,
            fee_vat_krw=estimate.publication.fee_vat_krw,
            hourly_pay_krw=estimate.hourly_pay_krw,
            minimum_wage_krw=self._rates.value("minimum_wage_krw", today),
        )

    async def GetJobProgress(self, request: pb.GetJobProgressRequest, _context: object) -> pb.GetJobProgressResponse:
        """Exact counts of a job."""
        async with self._database.transaction() as tx:
            shown = await show_progress(tx, current_caller(), uuid_of(request.job_id))
        job, counts = shown.job, shown.counts
        return pb.GetJobProgressResponse(
            state=tasks_events_pb2.JobState.Value(f"JOB_STATE_{job.state}"),
            item_count=job.item_count,
            resolved_count=counts.resolved,
            wanting_count=shown.wanting_count,
            live_count=counts.live,
            submitted_count=counts.submitted,
            judged_count=counts.judged,
            accepted_count=counts.accepted,
            rejected_count=counts.rejected,
            pending_count=counts.submitted - counts.accepted - counts.rejected,
            paid_count=counts.paid,
            paid_krw=counts.paid_krw,
            reserved_krw=job.reserved_krw,
            mean_confidence=counts.mean_confidence,
            hourly_pay_krw=shown.hourly_pay_krw,
            released_krw=job.released_krw,
        )

    async def ListItems(self, request: pb.ListItemsRequest, _context: object) -> pb.ListItemsResponse:
        """Items in order of import."""
        size = page_size(request.page_size)
        after = cursor_of(request.page_token, _seq) or 0
        async with self._database.transaction() as tx:
            job = await visible_job(tx.connection, current_caller(), uuid_of(request.job_id))
            if (await schema_of(tx.connection, job)).plain is None:
                size = min(size, BODIES_MAX)
            found = await item_lists.items_in_order(
                tx.connection, job.job_id, after, size + 1, only_wanting=request.only_wanting
            )
        shown = found[:size]
        results = await read_bodies(self._bodies, job.job_id, [item.result_sha256 for item in shown])
        return pb.ListItemsResponse(
            items=[from_item(item, results.get(item.result_sha256, "")) for item in shown],
            next_page_token=encode_token(after=shown[-1].seq) if len(found) > size else "",
        )

    async def GetItem(self, request: pb.GetItemRequest, _context: object) -> pb.GetItemResponse:
        """One item whole."""
        whole = await show_item(
            self._database, self._bodies, current_caller(), uuid_of(request.job_id), uuid_of(request.item_id)
        )
        return from_whole_item(whole)

    async def ListProblems(self, request: pb.ListProblemsRequest, _context: object) -> pb.ListProblemsResponse:
        """What workers found wrong with items, newest first."""
        async with self._database.transaction() as tx:
            page = await list_problems(
                tx, current_caller(), uuid_of(request.job_id), request.page_size, request.page_token
            )
        return pb.ListProblemsResponse(
            problems=[from_problem(problem) for problem in page.problems],
            next_page_token=page.next_page_token,
            problem_count=page.problem_count,
        )

    async def ExportResults(
        self, request: pb.ExportResultsRequest, _context: object
    ) -> AsyncIterator[pb.ExportResultsResponse]:
        """Results as lines."""
        form = ExportForm(csv=request.format == pb.EXPORT_FORMAT_CSV, with_answers=request.with_answers)
        async for chunk in export_results(
            self._database, self._bodies, current_caller(), uuid_of(request.job_id), form
        ):
            yield pb.ExportResultsResponse(chunk=chunk)

    async def GetThroughput(self, request: pb.GetThroughputRequest, _context: object) -> pb.GetThroughputResponse:
        """What happens on the whole."""
        minutes = request.minutes or MINUTES_DEFAULT
        async with self._database.transaction() as tx:
            past = await progress.minutes_since(tx.connection, minutes)
            load = await progress.present_load(tx.connection, minutes)
        return pb.GetThroughputResponse(
            minutes=[from_minute(minute) for minute in past],
            open_job_count=load.open_job_count,
            wanting_count=load.wanting_count,
            live_count=load.live_count,
            active_worker_count=load.active_worker_count,
            oldest_wanting_time=to_timestamp(load.oldest_wanting_time),
        )

    async def GetOpenWork(self, request: pb.GetOpenWorkRequest, _context: object) -> pb.GetOpenWorkResponse:
        """What is open per annotation type."""
        del request
        async with self._database.transaction() as tx:
            found = await progress.open_work(tx.connection)
        return pb.GetOpenWorkResponse(
            works=[
                pb.OpenWork(
                    annotation_type=common_pb2.AnnotationType.ValueType(one.annotation_type),
                    job_count=one.job_count,
                    wanting_count=one.wanting_count,
                )
                for one in found
            ]
        )

    async def StreamAudit(
        self, request: pb.StreamAuditRequest, _context: object
    ) -> AsyncIterator[pb.StreamAuditResponse]:
        """Facts for the check."""
        del request
        async for kind, facts in stream_audit(self._database):
            yield pb.StreamAuditResponse(facts=[from_fact(kind, fact) for fact in facts])


def _seq(values: dict[str, Any]) -> int:
    """The place in the import after which a page begins."""
    seq = values["after"]
    if not isinstance(seq, int) or not 0 <= seq <= SEQ_MAX:
        raise ValueError(seq)
    return seq
