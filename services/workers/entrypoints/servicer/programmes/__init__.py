"""ProgrammesService: programmes, cohorts, enrolments; every method converts, calls one use case, converts back."""

from __future__ import annotations

from ilgam.workers.v1 import programmes_service_pb2_grpc as pb_grpc

from services.runtime.database import Database
from services.workers.entrypoints.servicer.programmes.cohorts import CohortRpcs
from services.workers.entrypoints.servicer.programmes.enrolments import EnrolmentRpcs
from services.workers.entrypoints.servicer.programmes.offering import ProgrammeRpcs


class ProgrammesServicer(ProgrammeRpcs, CohortRpcs, EnrolmentRpcs, pb_grpc.ProgrammesServiceServicer):
    """Who may learn what, when, and who has a seat."""

    def __init__(self, database: Database) -> None:
        self._database = database
