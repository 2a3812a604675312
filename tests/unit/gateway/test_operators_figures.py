"""What operators' pages reckon: minutes, what to look at, and until when a restriction holds."""

from datetime import UTC, datetime, timedelta

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.events.v1 import events_service_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb

from services.gateway.pages.operator.health import ServiceHealth
from services.gateway.pages.operator.minutes import as_columns, as_csv, by_minute, sums
from services.gateway.pages.operator.standing import until_of
from services.gateway.pages.operator.throughput import concerns

NOW = datetime(2026, 11, 22, 15, 30, 42, tzinfo=UTC)


def told(minute: int, **counts: int) -> tasks_pb.ThroughputMinute:
    """Counts of a minute of this hour."""
    at = int(NOW.replace(minute=minute, second=0).timestamp())
    return tasks_pb.ThroughputMinute(minute_time=Timestamp(seconds=at), **counts)


def healthy(name: str, **counts: int) -> ServiceHealth:
    """A service that answers."""
    told_counts = events_pb.GetEventHealthResponse(service=name)
    for field, count in counts.items():
        setattr(told_counts, field, count)
    return ServiceHealth(name, told_counts)


def test_minutes_in_which_nothing_happened_are_zeros_and_old_ones_are_left_out() -> None:
    minutes = by_minute([told(3, claimed_count=9), told(28, claimed_count=2, paid_krw=70)], NOW, 5)
    assert [minute.begin_time.minute for minute in minutes] == [26, 27, 28, 29, 30]
    assert [minute.claimed for minute in minutes] == [0, 0, 2, 0, 0]
    assert sums(minutes) == {"claimed": 2, "submitted": 0, "accepted": 0, "rejected": 0, "paid_krw": 70}


def test_the_chart_gets_the_same_minutes_as_the_file() -> None:
    minutes = by_minute([told(29, accepted_count=3, rejected_count=1)], NOW, 2)
    columns = as_columns(minutes)
    assert columns["accepted"] == [3, 0]
    assert columns["time"][1] - columns["time"][0] == 60
    assert as_csv(minutes).decode("utf-8-sig").splitlines() == [
        "minute,claimed,submitted,accepted,rejected,paid_krw",
        "2026-11-23T00:29+09:00,0,0,3,1,0",
        "2026-11-23T00:30+09:00,0,0,0,0,0",
    ]


@pytest.mark.parametrize(
    ("counts", "wrongs"),
    [
        ({"unsent_count": 9, "oldest_unsent_seconds": 3}, []),
        ({"unsent_count": 1, "oldest_unsent_seconds": 31}, ["unsent"]),
        ({"parked_count": 1, "oldest_parked_seconds": 900}, []),
        ({"parked_count": 1, "oldest_parked_seconds": 901}, ["parked"]),
        ({"dead_letter_count": 1}, ["dead"]),
    ],
)
def test_what_is_on_its_way_is_fine_and_what_is_stuck_is_not(counts: dict[str, int], wrongs: list[str]) -> None:
    assert healthy("tasks", **counts).wrongs == wrongs


def test_a_consumer_far_behind_is_something_to_look_at() -> None:
    lag = events_pb.ConsumerLag(producer="tasks", pending_count=900, unacknowledged_count=101)
    service = ServiceHealth("quality", events_pb.GetEventHealthResponse(consumers=[lag]))
    assert (service.lag_count, service.wrongs) == (1_001, ["lag"])


def test_services_that_are_down_come_first_and_idle_work_last() -> None:
    services = [healthy("accounts", dead_letter_count=2), ServiceHealth("payments", None)]
    throughput = tasks_pb.GetThroughputResponse(wanting_count=40, active_worker_count=0)
    assert concerns(throughput, services) == [("down", "payments", 0), ("dead", "accounts", 2), ("idle", "tasks", 40)]
    throughput.active_worker_count = 1
    assert concerns(throughput, [healthy("accounts")]) == []


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "2026-11-22", "2126-11-23"])
def test_a_day_that_is_none_or_past_or_far_off_is_no_end(text: str) -> None:
    assert until_of(text, NOW) is None


def test_a_restriction_holds_to_the_end_of_its_day_in_seoul() -> None:
    until = until_of("2026-11-23", NOW)
    assert until is not None
    assert until.ToDatetime(tzinfo=UTC) == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert until.ToDatetime(tzinfo=UTC) - NOW < timedelta(days=1)
