"""RPCs on what people say of themselves."""

from __future__ import annotations

from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import workers_service_pb2 as pb

from services.core.errors import invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.requests import run_once
from services.workers.domain.profiles import Profile
from services.workers.store.queries import profiles as store


class ProfilesServicer:
    """The profiles' part of WorkersService."""

    _database: Database

    async def SetWorkerProfile(
        self, request: pb.SetWorkerProfileRequest, _context: Context
    ) -> pb.SetWorkerProfileResponse:
        """Stores which languages the caller labels in, and which jobs they hear of."""
        worker_id, profile = current_caller().worker_id, _profile_of(request)

        async def act(tx: Transaction) -> pb.SetWorkerProfileResponse:
            await store.put_profile(tx.connection, worker_id, profile)
            return pb.SetWorkerProfileResponse()

        return await run_once(self._database, request, pb.SetWorkerProfileResponse, act)


def job_notices_message(profile: Profile) -> pb.JobNotices:
    """Which new jobs somebody hears of."""
    types = [common_pb2.AnnotationType.ValueType(number) for number in profile.wanted_types]
    return pb.JobNotices(wanted=profile.jobs_wanted, annotation_types=types)


def _profile_of(request: pb.SetWorkerProfileRequest) -> Profile:
    wanted = request.job_notices.annotation_types
    known = set(common_pb2.AnnotationType.values()) - {common_pb2.ANNOTATION_TYPE_UNSPECIFIED}
    for place, number in enumerate(wanted):
        if number not in known:
            raise invalid_field(f"job_notices.annotation_types[{place}]", "name an annotation type")
    return Profile(
        languages=tuple(dict.fromkeys(request.languages)),
        jobs_wanted=request.job_notices.wanted,
        wanted_types=tuple(sorted(set(wanted))),
    )
