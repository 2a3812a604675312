"""Wiring of the quality process."""

from ilgam.quality.v1 import quality_service_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc

from services.quality.entrypoints.servicer import QualityServicer
from services.quality.entrypoints.subscribers import subscribers
from services.quality.store.tables import Base
from services.quality.use_cases.keep_time import run_clock
from services.runtime.bodies import Bodies
from services.runtime.media import open_store
from services.runtime.server import Periodic, Runtime, Served, Wiring, run

CLOCK_SECONDS = 5.0


def build(runtime: Runtime) -> Wiring:
    """What the quality process is made of."""
    bodies = Bodies(open_store(runtime.settings.media_url)) if runtime.settings.media_url else None
    return Wiring(
        served=[
            Served(
                pb.DESCRIPTOR.services_by_name["QualityService"],
                pb_grpc.add_QualityServiceServicer_to_server,
                QualityServicer(runtime.database, bodies),
            )
        ],
        subscribers=subscribers(bodies),
        periodic=[Periodic("judge_by_clock", CLOCK_SECONDS, run_clock)],
        metadata=Base.metadata,
    )


if __name__ == "__main__":
    run("quality", build)
