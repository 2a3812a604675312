"""Wiring of the tasks process."""

from __future__ import annotations

from ilgam.tasks.v1 import tasks_service_pb2, tasks_service_pb2_grpc

from services.runtime.bodies import Bodies
from services.runtime.inbox import Subscribers
from services.runtime.media import open_store
from services.runtime.server import Periodic, Runtime, Served, Wiring, run
from services.tasks.entrypoints.servicer import TasksServicer
from services.tasks.entrypoints.subscribers.jobs import subscribe_jobs
from services.tasks.entrypoints.subscribers.people import subscribe_people
from services.tasks.entrypoints.subscribers.work import subscribe_work
from services.tasks.store.tables import Base
from services.tasks.use_cases.close_job import end_due_jobs, end_finished_jobs
from services.tasks.use_cases.expire_leases import expire_leases

END_DUE_JOBS_SECONDS = 1.0
END_FINISHED_JOBS_SECONDS = 3.0
EXPIRE_LEASES_SECONDS = 1.0


def build(runtime: Runtime) -> Wiring:
    """What the tasks process is made of."""
    media = open_store(runtime.settings.media_url) if runtime.settings.media_url else None
    subscribers = Subscribers()
    subscribe_jobs(subscribers)
    subscribe_work(subscribers)
    subscribe_people(subscribers)
    return Wiring(
        served=[
            Served(
                tasks_service_pb2.DESCRIPTOR.services_by_name["TasksService"],
                tasks_service_pb2_grpc.add_TasksServiceServicer_to_server,
                TasksServicer(runtime.database, runtime.rates, media, Bodies(media) if media else None),
            )
        ],
        subscribers=subscribers,
        periodic=[
            Periodic("end_due_jobs", END_DUE_JOBS_SECONDS, end_due_jobs),
            Periodic("end_finished_jobs", END_FINISHED_JOBS_SECONDS, end_finished_jobs),
            Periodic("expire_leases", EXPIRE_LEASES_SECONDS, expire_leases),
        ],
        metadata=Base.metadata,
    )


if __name__ == "__main__":
    run("tasks", build)
