"""Every event that workers publishes of courses."""

from __future__ import annotations

from uuid import UUID

from ilgam.workers.v1 import workers_events_pb2 as pb


def module_finished(
    worker_id: UUID, programme_id: UUID, module_id: str, finished_count: int, module_count: int
) -> pb.ModuleFinished:
    """A person finished a module for the first time; nobody learns how long it took."""
    return pb.ModuleFinished(
        worker_id=str(worker_id),
        programme_id=str(programme_id),
        module_id=module_id,
        finished_count=finished_count,
        module_count=module_count,
        revision=1,
    )
