"""The demo's programmes and the people in them, without a system."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.cli.seed.graduates import GRADUATES
from services.cli.seed.learners import COMPLETED, ENROLLED, WAITING, graduates_of_2020, others
from services.cli.seed.programmes import HISTORY, RUNNING, SEAT_COUNT, SEOUL, cohort_terms, first_day_of

TODAY = date(2026, 11, 23)
WITH_VISITOR = len(GRADUATES) + 1


def seoul(stamp: object) -> datetime:
    found: datetime = stamp.ToDatetime(ZoneInfo("UTC")).astimezone(SEOUL)  # type: ignore[attr-defined]  # a Timestamp
    return found


def test_the_programme_of_2020_has_the_dates_that_are_known_of_it() -> None:
    first, last = (cohort_terms(number, first_day_of(HISTORY, TODAY)) for number in (1, 10))
    assert seoul(first.start_time).date() == date(2020, 6, 2)
    assert seoul(last.close_time).date() == date(2020, 7, 16)
    assert seoul(last.start_time).date() == date(2020, 8, 4)
    assert seoul(last.end_time).date() < date(2020, 8, 15)


def test_today_is_the_ninth_of_june_of_the_running_programme() -> None:
    terms = [cohort_terms(number, first_day_of(RUNNING, TODAY)) for number in range(1, 11)]
    now = datetime(2026, 11, 23, 12, tzinfo=SEOUL)
    assert seoul(terms[0].start_time).date() == TODAY - timedelta(7)
    assert seoul(terms[0].start_time) < now < seoul(terms[0].end_time)
    assert all(seoul(one.close_time) < now for one in terms[:4])
    assert seoul(terms[4].open_time) < now < seoul(terms[4].close_time)
    assert all(now < seoul(one.open_time) for one in terms[5:])


@pytest.mark.parametrize("name", [HISTORY, RUNNING])
def test_who_applies_in_time_knows_it_before_the_course_begins(name: str) -> None:
    for number in range(1, 11):
        terms = cohort_terms(number, first_day_of(name, TODAY))
        assert seoul(terms.open_time) < seoul(terms.close_time) < seoul(terms.start_time) < seoul(terms.end_time)
        assert terms.seat_count == SEAT_COUNT


def test_four_hundred_graduated_in_2020() -> None:
    people = graduates_of_2020()
    assert len({one.email for one in people}) == 400
    assert Counter(one.cohort_no for one in people) == dict.fromkeys(range(1, 11), 40)
    assert {one.state for one in people} == {COMPLETED}


def test_the_first_four_cohorts_are_full_some_wait_and_the_fifth_has_seats() -> None:
    people = others(WITH_VISITOR)
    seated = Counter(one.cohort_no for one in people if one.state == ENROLLED)
    assert seated[1] + WITH_VISITOR == seated[2] == seated[3] == seated[4] == SEAT_COUNT
    assert 0 < seated[5] < SEAT_COUNT
    assert {one.cohort_no for one in people if one.state == WAITING} == {4}
    assert not {one.email for one in people} & {one.email for one in graduates_of_2020()}
    assert people == others(WITH_VISITOR)


def test_people_fall_off_everywhere_on_the_way_and_are_of_every_age() -> None:
    people = others(WITH_VISITOR)
    assert any(one.exams and one.accuracy < 0.7 for one in people)
    assert any(one.exams and one.accuracy > 0.9 for one in people)
    assert any(one.module_count is None and not one.exams for one in people)
    assert sum(one.module_count not in (0, None) for one in people) > 10
    bands = Counter(one.age_band for one in people)
    assert set(bands) == set(events_pb.AgeBand.values()) - {events_pb.AGE_BAND_UNSPECIFIED}
    # Fewer than five are not shown to operators.
    assert min(bands.values()) >= 5
