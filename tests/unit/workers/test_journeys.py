"""What comes next on the way, and which counts are shown."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.core.ids import new_id
from services.workers.domain.funnel import SHOWN_MIN, STEPS, hidden_cells, shown_alone, shown_grid, shown_rows
from services.workers.domain.journeys import (
    BookedTalk,
    CourseProgress,
    NextKind,
    Seat,
    Standing,
    Step,
    WorkHistory,
    next_step,
)

NOW = datetime(2026, 6, 9, 3, tzinfo=UTC)
LATER = NOW + timedelta(hours=5)
PROGRAMME, ENROLMENT, TALK, OFFER = (new_id() for _ in range(4))


def reached(*steps: Step) -> dict[Step, datetime]:
    return dict.fromkeys(steps, NOW)


def seat(state: str, accept_time: datetime | None = None) -> Seat:
    return Seat(ENROLMENT, PROGRAMME, state, accept_time)


@pytest.mark.parametrize(
    ("standing", "kind"),
    [
        (Standing(), NextKind.APPLY),
        (Standing(reached(Step.APPLIED)), NextKind.APPLY),
        (Standing(seat=seat("WAITING")), NextKind.WAIT_FOR_SEAT),
        (Standing(seat=seat("OFFERED", LATER)), NextKind.ACCEPT_SEAT),
        (Standing(reached(Step.FINISHED), seat("OFFERED", LATER)), NextKind.ACCEPT_SEAT),
        (Standing(seat=seat("ENROLLED")), NextKind.START_COURSE),
        (Standing(seat=seat("ENROLLED"), course=CourseProgress(0, 9, "a")), NextKind.START_COURSE),
        (Standing(seat=seat("ENROLLED"), course=CourseProgress(3, 9, "d")), NextKind.GO_ON_WITH_COURSE),
        (Standing(seat=seat("ENROLLED"), course=CourseProgress(9, 9)), NextKind.TAKE_EXAM),
        (Standing(seat=seat("COMPLETED")), NextKind.TAKE_EXAM),
        (Standing(reached(Step.FINISHED)), NextKind.TAKE_EXAM),
        (Standing(reached(Step.CERTIFIED, Step.CLAIMED)), NextKind.TAKE_EXAM),
        (Standing(certified=True), NextKind.BOOK_CONSULTATION),
        (Standing(certified=True, talk=BookedTalk(TALK, LATER)), NextKind.COME_TO_CONSULTATION),
        (Standing(reached(Step.CONSULTED), certified=True), NextKind.CLAIM_FIRST_JOB),
        (Standing(reached(Step.CONSULTED), certified=True, offer_id=OFFER), NextKind.ANSWER_OFFER),
        (Standing(reached(Step.CLAIMED), certified=True), NextKind.WORK),
        (Standing(reached(Step.CLAIMED, Step.PAID), certified=True, offer_id=OFFER), NextKind.ANSWER_OFFER),
    ],
)
def test_the_way_always_goes_on(standing: Standing, kind: NextKind) -> None:
    assert next_step(standing, NOW).kind is kind


def test_what_comes_next_names_what_it_is_about() -> None:
    offered = next_step(Standing(seat=seat("OFFERED", LATER)), NOW)
    assert (offered.enrolment_id, offered.programme_id, offered.due_time) == (ENROLMENT, PROGRAMME, LATER)
    going_on = next_step(Standing(seat=seat("ENROLLED"), course=CourseProgress(3, 9, "d")), NOW)
    assert (going_on.programme_id, going_on.module_id) == (PROGRAMME, "d")
    assert next_step(Standing(certified=True, talk=BookedTalk(TALK, LATER)), NOW).consultation_id == TALK


def test_an_exam_that_was_not_passed_says_when_the_next_may_be() -> None:
    assert next_step(Standing(reached(Step.FINISHED), retry_time=LATER), NOW).due_time == LATER
    assert next_step(Standing(reached(Step.FINISHED), retry_time=NOW), NOW).due_time is None


def test_pay_by_the_hour_is_over_all_active_time() -> None:
    assert WorkHistory(active_ms=1_800_000, earned_krw=6000).hourly_krw == 12_000
    assert WorkHistory(active_ms=59_999, earned_krw=6000).hourly_krw == 0


def test_a_small_cell_takes_the_smallest_other_with_it() -> None:
    counts = {"a": 3, "b": 20, "c": 9}
    assert hidden_cells(counts, [["a", "b", "c"]]) == {"a", "c"}


def test_two_small_cells_that_say_enough_together_take_none() -> None:
    assert hidden_cells({"a": 3, "b": 4, "c": 9}, [["a", "b", "c"]]) == {"a", "b"}


def test_two_small_cells_that_hold_fewer_than_five_take_another() -> None:
    assert hidden_cells({"a": 1, "b": 2, "c": 9, "d": 30}, [["a", "b", "c", "d"]]) == {"a", "b", "c"}


def test_zeros_need_no_company() -> None:
    assert hidden_cells({"a": 0, "b": 0, "c": 9}, [["a", "b", "c"]]) == {"a", "b"}


def test_where_nothing_is_small_nothing_is_hidden() -> None:
    assert hidden_cells({"a": 5, "b": 6}, [["a", "b"]]) == set()


def test_a_group_alone_hides_what_is_small_unless_it_is_whole() -> None:
    counts = {step: 10 - place for place, step in enumerate(STEPS)}
    assert [one.people_count for one in shown_alone(counts, whole=True)] == [10, 9, 8, 7, 6, 5, 4, 3, 2]
    assert [one.people_count for one in shown_alone(counts, whole=False)] == [10, 9, 8, 7, 6, 5, None, None, None]


def test_rows_are_hidden_step_by_step() -> None:
    rows = {"one": dict.fromkeys(STEPS, 20), "two": dict.fromkeys(STEPS, 30), "three": dict.fromkeys(STEPS, 30)}
    rows["three"][Step.PAID] = 2
    shown = shown_rows(rows)
    assert [shown[row][0].people_count for row in rows] == [20, 30, 30]
    assert [shown[row][-1].people_count for row in rows] == [None, 30, None]


def test_rows_that_add_up_in_parts_are_hidden_in_parts() -> None:
    rows = {"a": dict.fromkeys(STEPS, 3), "b": dict.fromkeys(STEPS, 20), "other": dict.fromkeys(STEPS, 6)}
    shown = shown_rows(rows, [["a", "b"], ["other"]])
    assert [shown[row][0].people_count for row in rows] == [None, None, 6]


# Two to five rows of three to six bands.
CELLS = st.integers(3, 6).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 40), min_size=width, max_size=width), min_size=2, max_size=5)
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CELLS)
def test_no_hidden_cell_of_a_grid_follows_from_what_is_shown(rows: list[list[int]]) -> None:
    """Each line with a known sum has no cell of few people alone, nor together with zeros."""
    summed = [sum(column) for column in zip(*rows, strict=True)]
    table = {str(number): row for number, row in enumerate(rows)} | {"all": summed}
    grid = {
        (row, band): dict.fromkeys(STEPS, count) for row, counts in table.items() for band, count in enumerate(counts)
    }
    shown = {key: steps[0].people_count for key, steps in shown_grid(grid, "all").items()}
    assert all(count is None or count >= SHOWN_MIN for count in shown.values())
    count_of = {key: counts[STEPS[0]] for key, counts in grid.items()}
    lines = [[(row, band) for band in range(len(summed))] for row in table]
    lines += [[(row, band) for row in table] for band in range(len(summed))]
    for line in lines:
        gone = [key for key in line if shown[key] is None]
        if any(0 < count_of[key] < SHOWN_MIN for key in gone) and len(gone) < len(line):
            assert len(gone) > 1
            assert sum(count_of[key] for key in gone) >= SHOWN_MIN
