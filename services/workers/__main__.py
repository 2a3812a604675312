"""Wiring of the workers process."""

from ilgam.workers.v1 import workers_service_pb2 as pb
from ilgam.workers.v1 import workers_service_pb2_grpc as pb_grpc

from services.runtime.server import Periodic, Runtime, Served, Wiring, run
from services.workers.entrypoints.servicer import WorkersServicer
from services.workers.entrypoints.subscribers import subscribers
from services.workers.store.tables import Base
from services.workers.use_cases.finish_exams import finish_overdue_attempts

SERVICE = pb.DESCRIPTOR.services_by_name["WorkersService"]
FINISH_EXAMS_SECONDS = 5.0


def build(runtime: Runtime) -> Wiring:
    """Everything that this process is made of."""
    return Wiring(
        served=[Served(SERVICE, pb_grpc.add_WorkersServiceServicer_to_server, WorkersServicer(runtime.database))],
        metadata=Base.metadata,
        subscribers=subscribers(),
        periodic=[Periodic("finish_overdue_exams", FINISH_EXAMS_SECONDS, finish_overdue_attempts)],
    )


if __name__ == "__main__":
    run("workers", build)
