"""The form that opens many slots: days and a part of the day, cut into talks of one length."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import consultations_service_pb2 as pb

from services.gateway.forms import Form
from services.gateway.words import SEOUL, Words

VENUES: Final = {
    "PLACE": pb.VENUE_KIND_PLACE,
    "ONLINE": pb.VENUE_KIND_ONLINE,
    "PHONE": pb.VENUE_KIND_PHONE,
}
SLOTS_MAX: Final = 200
DAYS_MAX: Final = 60
MINUTES: Final = (5, 480)
PLACE_LENGTH_MAX: Final = 300
NOTE_LENGTH_MAX: Final = 500
_LENGTHS: Final = {"place_ko": PLACE_LENGTH_MAX, "place_en": PLACE_LENGTH_MAX, "link": 500, "phone": 100, "note": 500}
_NEEDED: Final = {"PLACE": "place_ko", "ONLINE": "link", "PHONE": "phone"}
WEEKDAYS: Final = range(7)
BEGINNING: Final = {
    "from": "10:00",
    "to": "17:00",
    "minutes": "30",
    "venue": "PLACE",
    **{f"weekday_{day}": "on" for day in range(5)},
}
FIELD_OF: Final = {
    "start_times": "day",
    "duration_minutes": "minutes",
    "venue.place": "place_ko",
    "venue.link": "link",
    "venue.phone": "phone",
    "venue.kind": "venue",
    "note": "note",
}


def read_slots(words: Words, form: Form, now: datetime) -> list[Timestamp]:
    """When the slots that were typed begin, those that are past left out; what is wrong is said on the form."""
    first, last = _day(words, form, "day"), _day(words, form, "until") if form["until"] else None
    begin, end = _time(words, form, "from"), _time(words, form, "to")
    minutes = form.whole_number("minutes", *MINUTES)
    if minutes is None:
        form.wrong["minutes"] = words("consult.wrong_minutes", least=MINUTES[0], most=MINUTES[1])
    _check_venue(words, form)
    if first is None or begin is None or end is None or minutes is None or form.wrong:
        return []
    starts = _starts(form, (first, last or first), (begin, end), timedelta(minutes=minutes))
    coming = [start for start in starts if start > now]
    if last is not None and not timedelta(0) <= last - first <= timedelta(days=DAYS_MAX):
        form.wrong["until"] = words("consult.wrong_until", count=DAYS_MAX)
    elif end <= begin:
        form.wrong["to"] = words("consult.wrong_to")
    elif not coming:
        form.wrong["day"] = words("consult.wrong_nothing")
    elif len(coming) > SLOTS_MAX:
        form.wrong["until"] = words("consult.wrong_many", count=len(coming), most=SLOTS_MAX)
    return [_stamp(start) for start in coming]


def venue_of(form: Form) -> pb.Venue:
    """The venue that was typed."""
    place = common_pb2.LocalText(ko=form["place_ko"], en=form["place_en"])
    return pb.Venue(kind=VENUES[form["venue"]], place=place, link=form["link"], phone=form["phone"])


def _starts(form: Form, days: tuple[date, date], hours: tuple[time, time], length: timedelta) -> list[datetime]:
    """Where each talk begins that ends within the hours of a chosen weekday; a single day is meant whatever it is."""
    first, last = days
    found = []
    for number in range(min((last - first).days, DAYS_MAX) + 1):
        day = first + timedelta(days=number)
        if first != last and form[f"weekday_{day.weekday()}"] != "on":
            continue
        start, end = datetime.combine(day, hours[0], SEOUL), datetime.combine(day, hours[1], SEOUL)
        while start + length <= end:
            found.append(start)
            start += length
    return found


def _day(words: Words, form: Form, name: str) -> date | None:
    try:
        return date.fromisoformat(form[name])
    except ValueError:
        form.wrong[name] = words("consult.wrong_day")
        return None


def _time(words: Words, form: Form, name: str) -> time | None:
    try:
        found = time.fromisoformat(form[name])
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        form.wrong[name] = words("consult.wrong_time")
        return None
    return found.replace(second=0, microsecond=0)


def _check_venue(words: Words, form: Form) -> None:
    if form["venue"] not in VENUES:
        form.wrong["venue"] = words("consult.wrong_choose")
        return
    needed = _NEEDED[form["venue"]]
    if not form[needed]:
        form.wrong[needed] = words(f"consult.wrong_{form['venue']}")
    elif needed == "link" and (not form["link"].startswith("https://") or len(form["link"].split()) != 1):
        form.wrong["link"] = words("consult.wrong_link")
    for name, most in _LENGTHS.items():
        if len(form[name]) > most:
            form.wrong[name] = words("consult.message_long", count=most)


def _stamp(instant: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(instant.astimezone(UTC))
    return stamp
