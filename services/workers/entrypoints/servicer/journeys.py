"""JourneysService: the way from application to pay, for one and for all."""

from __future__ import annotations

from ilgam.workers.v1 import journeys_service_pb2_grpc as pb_grpc

from services.runtime.database import Database


class JourneysServicer(pb_grpc.JourneysServiceServicer):
    """How far people have come, and where they fall off."""

    def __init__(self, database: Database) -> None:
        self._database = database
