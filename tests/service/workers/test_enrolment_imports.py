"""Enrolments of before, brought in by an operator: a verdict for each row, and never more than the seats."""

from ilgam.workers.v1 import programmes_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events

from services.runtime.wire import to_timestamp
from tests.service.workers.desk import CANCELLED, ENROLLED, OFFERED, Desk, other_id, request_id
from tests.support.programmes import at, cohort_terms


def _row(caller_id: object, cohort_id: str, state: int, **times: object) -> pb.EnrolmentRow:
    return pb.EnrolmentRow(
        worker_id=str(caller_id),
        cohort_id=cohort_id,
        state=state,  # type: ignore[arg-type]  # also states that cannot be imported
        apply_time=to_timestamp(at(days=-30)),
        **times,  # type: ignore[arg-type]  # as above
    )


async def test_an_import_gives_every_row_its_verdict_and_never_passes_the_seats(desk: Desk) -> None:
    past = {"open_time": at(days=-90), "close_time": at(days=-80), "start_time": at(days=-79), "end_time": at(days=-9)}
    cohort_id = await desk.cohort(terms=cohort_terms(1, 2, **past))
    one, two, three = (caller.account_id for caller in await desk.callers(3))
    done = {"complete_time": to_timestamp(at(days=-10))}
    rows = [
        _row(one, cohort_id, events.ENROLMENT_STATE_COMPLETED, **done),
        _row(one, cohort_id, ENROLLED),
        _row(two, cohort_id, events.ENROLMENT_STATE_COMPLETED),
        _row(two, cohort_id, OFFERED),
        _row(two, cohort_id, ENROLLED),
        _row(three, cohort_id, ENROLLED),
        _row(three, cohort_id, CANCELLED),
        _row(other_id(), cohort_id, ENROLLED),
        _row(three, other_id(), ENROLLED),
    ]
    request = pb.ImportEnrolmentsRequest(request_id=request_id(), rows=rows)
    verdicts = (await desk.operator.ImportEnrolments(request)).verdicts
    accepted, duplicate, refused = 1, 2, 3
    assert [verdict.state for verdict in verdicts] == [
        accepted,
        duplicate,
        refused,
        refused,
        accepted,
        refused,
        accepted,
        refused,
        refused,
    ]
    assert "seats" in verdicts[5].detail
    shown = await desk.shown(cohort_id)
    assert (shown.taken_count, shown.completed_count) == (2, 1)
    changed = await desk.service.emitted(events.EnrolmentChanged, 3)
    assert changed[0].occur_time.seconds < at(days=-9).timestamp()
    steps = {row[0] for row in await desk.run("SELECT step FROM journey_step WHERE worker_id = :id", id=one)}
    assert steps == {"APPLIED", "ENROLLED", "STARTED", "FINISHED"}
