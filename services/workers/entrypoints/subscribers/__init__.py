"""What workers learns from the other services' events."""

from __future__ import annotations

from ilgam.accounts.v1 import accounts_events_pb2
from ilgam.payments.v1 import payments_events_pb2
from ilgam.quality.v1 import quality_events_pb2
from ilgam.tasks.v1 import tasks_events_pb2

from services.runtime.inbox import Subscribers
from services.workers.entrypoints.subscribers.closing import on_account_closed
from services.workers.entrypoints.subscribers.jobs import on_job_opened
from services.workers.entrypoints.subscribers.people import on_role_granted, on_skill_measured
from services.workers.entrypoints.subscribers.work import on_answers_paid, on_answers_submitted, on_items_claimed


def subscribers() -> Subscribers:
    """The handlers of this service."""
    handlers = Subscribers()
    handlers.on(accounts_events_pb2.RoleGranted, on_role_granted)
    handlers.on(accounts_events_pb2.AccountClosed, on_account_closed)
    handlers.on(quality_events_pb2.SkillMeasured, on_skill_measured)
    handlers.on(tasks_events_pb2.JobOpened, on_job_opened)
    handlers.on(tasks_events_pb2.ItemsClaimed, on_items_claimed)
    handlers.on(tasks_events_pb2.AnswersSubmitted, on_answers_submitted)
    handlers.on(payments_events_pb2.AnswersPaid, on_answers_paid)
    return handlers
