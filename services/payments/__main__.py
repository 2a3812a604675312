"""Wiring of the payments process."""

from __future__ import annotations

from ilgam.payments.v1 import payments_service_pb2 as pb
from ilgam.payments.v1 import payments_service_pb2_grpc as pb_grpc

from services.payments.entrypoints.rounds import release_escrows, sweep_all_fees
from services.payments.entrypoints.servicer import PaymentsServicer
from services.payments.entrypoints.subscribers import subscribers
from services.payments.store.tables import Base
from services.runtime.server import Periodic, Runtime, Served, Wiring, run

RELEASE_SECONDS = 5.0
# The wait comes first, so a sweep once a day would never come in a process that restarts every night.
SWEEP_SECONDS = 3600.0


def build(runtime: Runtime) -> Wiring:
    """What the process is made of."""
    return Wiring(
        served=[
            Served(
                pb.DESCRIPTOR.services_by_name["PaymentsService"],
                pb_grpc.add_PaymentsServiceServicer_to_server,
                PaymentsServicer(runtime.database),
            )
        ],
        metadata=Base.metadata,
        subscribers=subscribers(),
        periodic=[
            Periodic("release_escrows", RELEASE_SECONDS, release_escrows),
            Periodic("sweep_fees", SWEEP_SECONDS, sweep_all_fees),
        ],
    )


if __name__ == "__main__":
    run("payments", build)
