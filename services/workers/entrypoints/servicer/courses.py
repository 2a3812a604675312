"""CoursesService: courses, practice, progress."""

from __future__ import annotations

from ilgam.workers.v1 import courses_service_pb2_grpc as pb_grpc

from services.runtime.database import Database


class CoursesServicer(pb_grpc.CoursesServiceServicer):
    """What a cohort learns, and how far each person has come."""

    def __init__(self, database: Database) -> None:
        self._database = database
