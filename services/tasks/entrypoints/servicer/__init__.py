"""TasksService: every method converts, calls one use case, converts back."""

from __future__ import annotations

from ilgam.tasks.v1 import tasks_service_pb2_grpc
from obstore.store import ObjectStore

from services.runtime.bodies import Bodies
from services.runtime.database import Database
from services.runtime.rates import Rates
from services.runtime.uploads import Uploads
from services.tasks.entrypoints.servicer.jobs import JobsRpcs
from services.tasks.entrypoints.servicer.media import MediaRpcs
from services.tasks.entrypoints.servicer.results import ResultsRpcs
from services.tasks.entrypoints.servicer.work import WorkRpcs


class TasksServicer(JobsRpcs, MediaRpcs, ResultsRpcs, WorkRpcs, tasks_service_pb2_grpc.TasksServiceServicer):
    """All RPCs of tasks, from the files of this folder."""

    def __init__(self, database: Database, rates: Rates, media: ObjectStore | None, bodies: Bodies | None) -> None:
        self._database = database
        self._rates = rates
        self._media = media
        self._bodies = bodies
        self._uploads = Uploads()
