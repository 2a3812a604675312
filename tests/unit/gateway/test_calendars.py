"""Consultations as calendar programs read them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb

from services.gateway.calendars import calendar_of
from services.gateway.words import load_words
from services.runtime.wire import to_timestamp

START = datetime(2026, 6, 9, 5, 0, tzinfo=UTC)
BOOKED, CANCELLED = events_pb.CONSULTATION_STATE_BOOKED, events_pb.CONSULTATION_STATE_CANCELLED
COMPANY = "00000000-0000-7000-8000-00000000000c"
WORDS = load_words()
PLACE = pb.Venue(kind=pb.VENUE_KIND_PLACE, place=common_pb2.LocalText(ko="금남로 1; 3층, 왼쪽", en="1 Geumnam-ro"))


def talk(**changed: object) -> pb.Consultation:
    fields: dict[str, object] = {
        "consultation_id": "00000000-0000-7000-8000-000000000001",
        "organisation_id": COMPANY,
        "start_time": to_timestamp(START),
        "end_time": to_timestamp(START + timedelta(minutes=30)),
        "book_time": to_timestamp(START - timedelta(days=3)),
        "venue": PLACE,
        "note": "1층에서\n전화해 주세요",
        "state": BOOKED,
        "revision": 1,
    }
    return pb.Consultation(**(fields | changed))  # type: ignore[arg-type] # the test's own fields


def events_of(*talks: pb.Consultation, language: str = "ko", for_company: bool = False) -> list[Any]:
    content = calendar_of(
        WORDS[language], "https://ilgam.example", talks, {COMPANY: "무등데이터"}, for_company=for_company
    )
    return list(Calendar.from_ical(content).walk("VEVENT"))


def test_a_talk_has_its_time_in_seoul_its_place_and_the_way_back_to_its_page() -> None:
    (event,) = events_of(talk())
    assert event.decoded("dtstart") == START
    assert event["dtstart"].params["TZID"] == "Asia/Seoul"
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=30)
    assert (str(event["location"]), str(event["summary"])) == ("금남로 1; 3층, 왼쪽", "무등데이터 상담")
    assert str(event["url"]) == "https://ilgam.example/learn/consultations"
    content = calendar_of(WORDS["ko"], "https://ilgam.example", [talk()], {}, for_company=False)
    assert b"BEGIN:VTIMEZONE" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_moves_count_up_and_a_cancelled_talk_says_so() -> None:
    first, moved, cancelled = events_of(talk(), talk(revision=2), talk(revision=3, state=CANCELLED))
    assert [int(one["sequence"]) for one in (first, moved, cancelled)] == [0, 1, 2]
    assert {str(one["uid"]) for one in (first, moved, cancelled)} == {f"{talk().consultation_id}@ilgam"}
    assert (first["status"], cancelled["status"]) == ("CONFIRMED", "CANCELLED")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_companys_calendar_names_nobody(language: str) -> None:
    content = calendar_of(
        WORDS[language], "https://ilgam.example", [talk(message="비밀이에요", worker_id=COMPANY)], {}, for_company=True
    )
    assert "비밀이에요" not in content.decode()
    (event,) = events_of(talk(), language=language, for_company=True)
    assert str(event["url"]).startswith("https://ilgam.example/company/consultations/")
