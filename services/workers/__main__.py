"""Wiring of the workers process."""

from ilgam.workers.v1 import (
    consultations_service_pb2,
    consultations_service_pb2_grpc,
    courses_service_pb2,
    courses_service_pb2_grpc,
    journeys_service_pb2,
    journeys_service_pb2_grpc,
    programmes_service_pb2,
    programmes_service_pb2_grpc,
    workers_service_pb2,
    workers_service_pb2_grpc,
)

from services.core.clock import utc_now
from services.runtime.database import Database
from services.runtime.media import open_store
from services.runtime.server import Periodic, Runtime, Served, Wiring, run
from services.runtime.vault import Vault
from services.workers.credentials.signer import CredentialSigner
from services.workers.entrypoints.servicer.consultations import ConsultationsServicer
from services.workers.entrypoints.servicer.courses import CoursesServicer
from services.workers.entrypoints.servicer.journeys import JourneysServicer
from services.workers.entrypoints.servicer.programmes import ProgrammesServicer
from services.workers.entrypoints.servicer.workers import WorkersServicer
from services.workers.entrypoints.subscribers import subscribers
from services.workers.store.tables import Base
from services.workers.use_cases.finish_exams import finish_overdue_attempts
from services.workers.use_cases.give_credential import open_credentials
from services.workers.use_cases.remind import tell_openings
from services.workers.use_cases.settle_cohorts import settle_cohorts
from services.workers.use_cases.tell_of_ends import tell_of_ends
from services.workers.use_cases.tell_of_jobs import announce_jobs
from services.workers.use_cases.tell_sides import remind_of_consultations

ANNOUNCE_JOBS_SECONDS = 2.0
FINISH_EXAMS_SECONDS = 5.0
SETTLE_COHORTS_SECONDS = 2.0
TELL_OPENINGS_SECONDS = 15.0
REMIND_SECONDS = 60.0
TELL_OF_ENDS_SECONDS = 300.0


def build(runtime: Runtime) -> Wiring:
    """Everything that this process is made of."""
    signer = _signer(runtime)

    async def on_start(database: Database) -> None:
        await open_credentials(database, signer, utc_now())

    return Wiring(
        served=_served(runtime, signer),
        metadata=Base.metadata,
        subscribers=subscribers(),
        periodic=[
            Periodic("finish_overdue_exams", FINISH_EXAMS_SECONDS, finish_overdue_attempts),
            Periodic("announce_jobs", ANNOUNCE_JOBS_SECONDS, announce_jobs),
            Periodic("tell_of_ends", TELL_OF_ENDS_SECONDS, tell_of_ends),
            Periodic("settle_cohorts", SETTLE_COHORTS_SECONDS, settle_cohorts),
            Periodic("tell_openings", TELL_OPENINGS_SECONDS, tell_openings),
            Periodic("remind_of_consultations", REMIND_SECONDS, remind_of_consultations),
        ],
        on_start=[on_start],
    )


def _signer(runtime: Runtime) -> CredentialSigner:
    if runtime.settings.secrets_dir is None:
        raise SystemExit("workers needs ILGAM_SECRETS_DIR: the folder with secret.key")
    return CredentialSigner(Vault.open(runtime.settings.secrets_dir), runtime.settings.public_url)


def _served(runtime: Runtime, signer: CredentialSigner) -> list[Served]:
    database = runtime.database
    media = open_store(runtime.settings.media_url) if runtime.settings.media_url else None
    return [
        Served(
            workers_service_pb2.DESCRIPTOR.services_by_name["WorkersService"],
            workers_service_pb2_grpc.add_WorkersServiceServicer_to_server,
            WorkersServicer(database, signer),
        ),
        Served(
            programmes_service_pb2.DESCRIPTOR.services_by_name["ProgrammesService"],
            programmes_service_pb2_grpc.add_ProgrammesServiceServicer_to_server,
            ProgrammesServicer(database),
        ),
        Served(
            courses_service_pb2.DESCRIPTOR.services_by_name["CoursesService"],
            courses_service_pb2_grpc.add_CoursesServiceServicer_to_server,
            CoursesServicer(database, media),
        ),
        Served(
            consultations_service_pb2.DESCRIPTOR.services_by_name["ConsultationsService"],
            consultations_service_pb2_grpc.add_ConsultationsServiceServicer_to_server,
            ConsultationsServicer(database),
        ),
        Served(
            journeys_service_pb2.DESCRIPTOR.services_by_name["JourneysService"],
            journeys_service_pb2_grpc.add_JourneysServiceServicer_to_server,
            JourneysServicer(database),
        ),
    ]


if __name__ == "__main__":
    run("workers", build)
