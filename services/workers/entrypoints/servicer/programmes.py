"""ProgrammesService: programmes, cohorts, enrolments."""

from __future__ import annotations

from ilgam.workers.v1 import programmes_service_pb2_grpc as pb_grpc

from services.runtime.database import Database


class ProgrammesServicer(pb_grpc.ProgrammesServiceServicer):
    """Who may learn what, when, and who has a seat."""

    def __init__(self, database: Database) -> None:
        self._database = database
