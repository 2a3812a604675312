"""The exams' part of WorkersService."""

from __future__ import annotations

from ilgam.workers.v1 import workers_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2_grpc as pb_grpc

from services.core.clock import utc_now
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.wire import to_timestamp, uuid_of
from services.workers.domain.exam import REQUIRED_LOWER
from services.workers.domain.exam_guide import ExamGuide
from services.workers.entrypoints import convert, convert_exams
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import exam_pools as pool_store
from services.workers.use_cases import import_exam_items, look_at_exams, start_exam, submit_exam
from services.workers.use_cases.exam_guide import set_exam_guide
from services.workers.use_cases.finish_exams import finish_overdue_of


class ExamsServicer(pb_grpc.WorkersServiceServicer):
    """Exams: pools, attempts, results."""

    _database: Database

    async def ImportExamItems(
        self, request: pb.ImportExamItemsRequest, _context: Context
    ) -> pb.ImportExamItemsResponse:
        """Adds items with known answers to a pool; a verdict per row."""
        items = [convert.exam_item_of(row) for row in request.rows]

        async def act(tx: Transaction) -> pb.ImportExamItemsResponse:
            verdicts = await import_exam_items.import_exam_items(tx, request.annotation_type, items)
            return pb.ImportExamItemsResponse(verdicts=[convert.verdict_message(verdict) for verdict in verdicts])

        return await run_once(self._database, request, pb.ImportExamItemsResponse, act)

    async def StartExam(self, request: pb.StartExamRequest, _context: Context) -> pb.StartExamResponse:
        """Starts an attempt, or gives back the running one."""
        worker_id, annotation_type = current_caller().worker_id, request.annotation_type
        async with self._database.transaction() as tx:
            await start_exam.finish_if_overdue(tx, worker_id, annotation_type, utc_now())

        async def act(tx: Transaction) -> pb.StartExamResponse:
            attempt = await start_exam.start_exam(tx, worker_id, annotation_type, utc_now())
            return pb.StartExamResponse(
                attempt_id=str(attempt.attempt_id),
                end_time=to_timestamp(attempt.end_time),
                required_lower=REQUIRED_LOWER,
            )

        # The items are large and what was saved changes: they are read anew, not stored with the response.
        response = await run_once(self._database, request, pb.StartExamResponse, act)
        async with self._database.transaction() as tx:
            items = await look_at_exams.items_of(tx, uuid_of(response.attempt_id))
        response.items.extend(convert.shown_item_message(item) for item in items)
        return response

    async def SubmitExamAnswers(
        self, request: pb.SubmitExamAnswersRequest, _context: Context
    ) -> pb.SubmitExamAnswersResponse:
        """Saves answers of a running attempt; with finish, scores it."""
        worker_id, attempt_id = current_caller().worker_id, uuid_of(request.attempt_id)
        answers = [convert.answer_of(answer) for answer in request.answers]

        async def act(tx: Transaction) -> pb.SubmitExamAnswersResponse:
            now = utc_now()
            attempt = await submit_exam.submit_exam_answers(
                tx, worker_id, attempt_id, answers, now, finish=request.finish
            )
            response = convert.result_message(attempt)
            if attempt.certificate_id is not None:
                certificate = await certificate_store.certificate_by_id(tx.connection, attempt.certificate_id)
                if certificate is not None:
                    response.certificate.CopyFrom(convert.certificate_message(certificate, now))
            return response

        return await run_once(self._database, request, pb.SubmitExamAnswersResponse, act)

    async def SetExamGuide(self, request: pb.SetExamGuideRequest, _context: Context) -> pb.SetExamGuideResponse:
        """Sets what the exams of an annotation type ask, and how long they are."""

        async def act(tx: Transaction) -> pb.SetExamGuideResponse:
            await set_exam_guide(tx, request.annotation_type, convert_exams.guide_of(request.guide))
            return pb.SetExamGuideResponse()

        return await run_once(self._database, request, pb.SetExamGuideResponse, act)

    async def ListExamPools(self, _request: pb.ListExamPoolsRequest, _context: Context) -> pb.ListExamPoolsResponse:
        """Lists the pools with their guides and how exams went."""
        async with self._database.transaction() as tx:
            pools = await pool_store.exam_pools(tx.connection)
            guides = await pool_store.exam_guides(tx.connection)
        return pb.ListExamPoolsResponse(
            pools=[convert_exams.pool_message(pool, guides.get(pool.annotation_type, ExamGuide())) for pool in pools]
        )

    async def ListExams(self, _request: pb.ListExamsRequest, _context: Context) -> pb.ListExamsResponse:
        """Lists the exams as they stand for the caller."""
        worker_id, now = current_caller().worker_id, utc_now()
        async with self._database.transaction() as tx:
            await finish_overdue_of(tx, worker_id, now)
            exams = await look_at_exams.exams_for(tx, worker_id, now)
        return pb.ListExamsResponse(exams=[convert_exams.exam_message(exam, now) for exam in exams])

    async def GetExamAttempt(self, request: pb.GetExamAttemptRequest, _context: Context) -> pb.GetExamAttemptResponse:
        """Gives an attempt of the caller: its items while it runs, its result when it is over."""
        worker_id, now = current_caller().worker_id, utc_now()
        async with self._database.transaction() as tx:
            await finish_overdue_of(tx, worker_id, now)
            own = await look_at_exams.own_attempt(tx, worker_id, uuid_of(request.attempt_id))
        return convert_exams.attempt_message(own, now)
