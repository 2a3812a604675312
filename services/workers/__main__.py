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

from services.runtime.server import Periodic, Runtime, Served, Wiring, run
from services.workers.entrypoints.servicer.consultations import ConsultationsServicer
from services.workers.entrypoints.servicer.courses import CoursesServicer
from services.workers.entrypoints.servicer.journeys import JourneysServicer
from services.workers.entrypoints.servicer.programmes import ProgrammesServicer
from services.workers.entrypoints.servicer.workers import WorkersServicer
from services.workers.entrypoints.subscribers import subscribers
from services.workers.store.tables import Base
from services.workers.use_cases.finish_exams import finish_overdue_attempts

FINISH_EXAMS_SECONDS = 5.0


def build(runtime: Runtime) -> Wiring:
    """Everything that this process is made of."""
    return Wiring(
        served=_served(runtime),
        metadata=Base.metadata,
        subscribers=subscribers(),
        periodic=[Periodic("finish_overdue_exams", FINISH_EXAMS_SECONDS, finish_overdue_attempts)],
    )


def _served(runtime: Runtime) -> list[Served]:
    database = runtime.database
    return [
        Served(
            workers_service_pb2.DESCRIPTOR.services_by_name["WorkersService"],
            workers_service_pb2_grpc.add_WorkersServiceServicer_to_server,
            WorkersServicer(database),
        ),
        Served(
            programmes_service_pb2.DESCRIPTOR.services_by_name["ProgrammesService"],
            programmes_service_pb2_grpc.add_ProgrammesServiceServicer_to_server,
            ProgrammesServicer(database),
        ),
        Served(
            courses_service_pb2.DESCRIPTOR.services_by_name["CoursesService"],
            courses_service_pb2_grpc.add_CoursesServiceServicer_to_server,
            CoursesServicer(database),
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
