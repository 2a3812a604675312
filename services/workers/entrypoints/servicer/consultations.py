"""ConsultationsService: slots, bookings, pools, offers."""

from __future__ import annotations

from ilgam.workers.v1 import consultations_service_pb2_grpc as pb_grpc

from services.runtime.database import Database


class ConsultationsServicer(pb_grpc.ConsultationsServiceServicer):
    """Talks between graduates and companies, and what comes of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
