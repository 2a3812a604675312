"""What people are told of their place in a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.workers.domain.enrolment import Enrolment, EnrolmentState
from services.workers.domain.notices import Notice
from services.workers.domain.programmes import LocalText

_TEMPLATES = {
    EnrolmentState.ENROLLED: "SEAT_WON",
    EnrolmentState.WAITING: "WAITING",
    EnrolmentState.OFFERED: "SEAT_OFFERED",
    EnrolmentState.LAPSED: "SEAT_LAPSED",
    EnrolmentState.REFUSED: "ENROLMENT_REFUSED",
    EnrolmentState.COMPLETED: "COURSE_COMPLETED",
}


def seat_notice(
    enrolment: Enrolment, title: LocalText, cohort_no: int, start_time: datetime, position: int = 0
) -> Notice | None:
    """What a person is told of the state that their enrolment has come to; None: they did it themselves."""
    template = _TEMPLATES.get(enrolment.state)
    if template is None:
        return None
    parameters = _of_cohort(title, cohort_no)
    if enrolment.state is EnrolmentState.ENROLLED:
        parameters["start_time"] = start_time.isoformat()
    elif enrolment.state is EnrolmentState.WAITING:
        parameters["position"] = str(position)
    elif enrolment.state is EnrolmentState.OFFERED and enrolment.accept_time is not None:
        parameters["accept_time"] = enrolment.accept_time.isoformat()
    return Notice(
        account_id=enrolment.worker_id,
        template=template,
        parameters=parameters,
        path=f"/learn/enrolments/{enrolment.enrolment_id}",
        once_key=f"enrolment:{enrolment.enrolment_id}:{enrolment.revision}",
    )


@dataclass(frozen=True)
class Opening:
    """Whom to tell of which opening."""

    worker_id: UUID
    cohort_id: UUID
    programme_id: UUID
    title: LocalText
    cohort_no: int
    open_time: datetime


def opening_notice(opening: Opening) -> Notice:
    """What a person is told who asked to hear of an opening."""
    instant = opening.open_time.isoformat()
    return Notice(
        account_id=opening.worker_id,
        template="REGISTRATION_OPENS",
        parameters=_of_cohort(opening.title, opening.cohort_no) | {"open_time": instant},
        path=f"/programmes/{opening.programme_id}",
        once_key=f"opening:{opening.cohort_id}:{instant}",
    )


def _of_cohort(title: LocalText, cohort_no: int) -> dict[str, str]:
    return {"programme_ko": title.ko, "programme_en": title.en or title.ko, "cohort_no": str(cohort_no)}
