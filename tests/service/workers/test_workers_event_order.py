"""Workers learns the same from its events however often and in whatever order they come."""

from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.quality.v1 import quality_events_pb2

from services.core.ids import new_id
from tests.service.workers.school import IMAGE, TEXT
from tests.support.servers import Servers
from tests.support.storm import storm


async def test_roles_and_skills_in_any_order_give_the_same_tables(servers: Servers) -> None:
    ids = [str(new_id()) for _ in range(6)]
    roles = [
        accounts_events_pb2.RoleGranted(account_id=account_id, role=role, revision=revision)
        for account_id in ids
        for revision, role in enumerate(("worker", "operator"), start=2)
    ]
    skills = []
    for worker_id in ids[:4]:
        for annotation_type in (TEXT, IMAGE):
            for revision in (1, 2, 3):
                event = quality_events_pb2.SkillMeasured(
                    worker_id=worker_id, annotation_type=annotation_type, revision=revision
                )
                event.interval.lower, event.interval.mean = 0.1 * revision, 0.2 * revision
                event.interval.upper, event.interval.count = 0.3 * revision, revision
                skills.append(event)
    # Each database has a signing key of its own.
    await storm("workers", servers, [*roles, *skills], ignore_tables=frozenset({"certificate_key"}))
