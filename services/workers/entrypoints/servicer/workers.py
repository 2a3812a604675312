"""WorkersService: converts, calls one use case, converts back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.clock import utc_now
from services.core.errors import NotFoundError, invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.runtime.wire import from_timestamp, uuid_of
from services.workers.credentials.signer import CredentialSigner
from services.workers.entrypoints import convert
from services.workers.entrypoints.servicer.certificates import CertificatesServicer
from services.workers.entrypoints.servicer.exams import ExamsServicer
from services.workers.entrypoints.servicer.profiles import ProfilesServicer, job_notices_message
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import profiles as profile_store
from services.workers.store.queries import workers as worker_store
from services.workers.use_cases import restrict_worker

AUDIT_FACTS_PER_MESSAGE = 1000
CERTIFICATES_SHOWN_MAX = 200


class WorkersServicer(ProfilesServicer, ExamsServicer, CertificatesServicer):
    """Exams, certificates and standing of the people who label."""

    def __init__(self, database: Database, signer: CredentialSigner) -> None:
        self._database = database
        self._signer = signer

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
            profile = await profile_store.profile_of(tx.connection, worker_id)
        restriction = worker.restriction if worker else None
        return pb.GetWorkerProfileResponse(
            worker_id=str(worker_id),
            certificates=[convert.certificate_message(certificate, now) for certificate in certificates],
            skills=[convert.skill_message(annotation_type, interval) for annotation_type, interval in skills],
            restriction=convert.restriction_message(restriction) if restriction and restriction.holds_at(now) else None,
            languages=profile.languages,
            job_notices=job_notices_message(profile),
        )

    async def GetWorkforce(self, _request: pb.GetWorkforceRequest, _context: Context) -> pb.GetWorkforceResponse:
        """Counts who holds which certificates now."""
        async with self._database.transaction() as tx:
            return convert.workforce_message(await certificate_store.workforce_at(tx.connection, utc_now()))

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
