"""WorkersService: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.workers.v1 import workers_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2_grpc as pb_grpc

from services.core.clock import utc_now
from services.core.errors import NotFoundError, invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.wire import from_timestamp, to_timestamp, uuid_of
from services.workers.domain.certificates import normal_number
from services.workers.domain.exam import REQUIRED_LOWER
from services.workers.entrypoints import convert
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import exams as exam_store
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases import import_exam_items, restrict_worker, start_exam, submit_exam
from services.workers.use_cases.issue_certificates import grant_certificates
from services.workers.use_cases.revoke_certificate import revoke_certificate

AUDIT_FACTS_PER_MESSAGE = 1000
CERTIFICATES_SHOWN_MAX = 200


class WorkersServicer(pb_grpc.WorkersServiceServicer):
    """Exams, certificates and standing of the people who label."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def GetWorkerProfile(
        self, request: pb.GetWorkerProfileRequest, _context: Context
    ) -> pb.GetWorkerProfileResponse:
        """Gives a worker's certificates, skills and restriction."""
        caller, now = current_caller(), utc_now()
        worker_id = uuid_of(request.worker_id) if request.worker_id else caller.worker_id
        own = worker_id == caller.account_id and "worker" in caller.roles
        if not own and not caller.is_operator:
            raise NotFoundError("worker")
        async with self._database.transaction() as tx:
            worker = await worker_store.worker_by_id(tx.connection, worker_id)
            # The own profile is empty while the news of the account is still on its way.
            if worker is None and not own:
                raise NotFoundError("worker")
            certificates = await certificate_store.certificates_of(tx.connection, worker_id, CERTIFICATES_SHOWN_MAX)
            skills = await worker_store.skills_of(tx.connection, worker_id)
        restriction = worker.restriction if worker else None
        return pb.GetWorkerProfileResponse(
            worker_id=str(worker_id),
            certificates=[convert.certificate_message(certificate, now) for certificate in certificates],
            skills=[convert.skill_message(annotation_type, interval) for annotation_type, interval in skills],
            restriction=convert.restriction_message(restriction) if restriction and restriction.holds_at(now) else None,
        )

    async def GetWorkforce(self, _request: pb.GetWorkforceRequest, _context: Context) -> pb.GetWorkforceResponse:
        """Counts who holds which certificates now."""
        async with self._database.transaction() as tx:
            return convert.workforce_message(await certificate_store.workforce_at(tx.connection, utc_now()))

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
            items = await exam_store.shown_items(tx.connection, uuid_of(response.attempt_id))
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

    async def GrantCertificate(
        self, request: pb.GrantCertificateRequest, _context: Context
    ) -> pb.GrantCertificateResponse:
        """Issues certificates without an exam, with the reason."""
        worker_ids = [uuid_of(worker_id) for worker_id in request.worker_ids]

        async def act(tx: Transaction) -> pb.GrantCertificateResponse:
            now = utc_now()
            granted = await grant_certificates(tx, worker_ids, request.annotation_type, request.reason, now)
            return pb.GrantCertificateResponse(
                certificates=[convert.certificate_message(certificate, now) for certificate in granted]
            )

        return await run_once(self._database, request, pb.GrantCertificateResponse, act)

    async def GetCertificate(self, request: pb.GetCertificateRequest, _context: Context) -> pb.GetCertificateResponse:
        """Gives one certificate; a worker sees their own."""
        caller = current_caller()
        async with self._database.transaction() as tx:
            certificate = await certificate_store.certificate_by_id(tx.connection, uuid_of(request.certificate_id))
        if certificate is None or not (caller.is_operator or certificate.worker_id == caller.account_id):
            raise NotFoundError("certificate")
        return pb.GetCertificateResponse(certificate=convert.certificate_message(certificate, utc_now()))

    async def VerifyCertificate(
        self, request: pb.VerifyCertificateRequest, _context: Context
    ) -> pb.VerifyCertificateResponse:
        """Says whether a certificate number is valid now."""
        async with self._database.transaction() as tx:
            certificate = await certificate_store.certificate_by_number(tx.connection, normal_number(request.number))
        if certificate is None:
            raise NotFoundError("certificate")
        return convert.verification_message(certificate, utc_now())

    async def RevokeCertificate(
        self, request: pb.RevokeCertificateRequest, _context: Context
    ) -> pb.RevokeCertificateResponse:
        """Makes a certificate void."""

        async def act(tx: Transaction) -> pb.RevokeCertificateResponse:
            now = utc_now()
            revoked = await revoke_certificate(tx, uuid_of(request.certificate_id), request.reason, now)
            return pb.RevokeCertificateResponse(certificate=convert.certificate_message(revoked, now))

        return await run_once(self._database, request, pb.RevokeCertificateResponse, act)

    async def RestrictWorker(self, request: pb.RestrictWorkerRequest, _context: Context) -> pb.RestrictWorkerResponse:
        """Stops a worker's claims, with a reason the worker sees."""
        kind, until_time = convert.kind_of(request.kind), from_timestamp(request.until_time)
        if kind is None:
            raise invalid_field("kind", "name a restriction")
        if request.HasField("until_time") and (until_time is None or until_time <= utc_now()):
            raise invalid_field("until_time", "name a time to come, or none")

        async def act(tx: Transaction) -> pb.RestrictWorkerResponse:
            restriction = convert.restriction_of(request, kind)
            await restrict_worker.restrict_worker(tx, uuid_of(request.worker_id), restriction)
            return pb.RestrictWorkerResponse()

        return await run_once(self._database, request, pb.RestrictWorkerResponse, act)

    async def RestoreWorker(self, request: pb.RestoreWorkerRequest, _context: Context) -> pb.RestoreWorkerResponse:
        """Lifts a restriction."""

        async def act(tx: Transaction) -> pb.RestoreWorkerResponse:
            await restrict_worker.restore_worker(tx, uuid_of(request.worker_id))
            return pb.RestoreWorkerResponse()

        return await run_once(self._database, request, pb.RestoreWorkerResponse, act)

    async def StreamAudit(
        self, _request: pb.StreamAuditRequest, _context: Context
    ) -> AsyncIterator[pb.StreamAuditResponse]:
        """Streams a fact for every certificate, by id."""
        after = UUID(int=0)
        while True:
            async with self._database.transaction() as tx:
                found = await certificate_store.certificates_after(tx.connection, after, AUDIT_FACTS_PER_MESSAGE)
            if not found:
                return
            yield pb.StreamAuditResponse(facts=[convert.certificate_fact(certificate) for certificate in found])
            after = found[-1].certificate_id
