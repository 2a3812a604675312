"""Consultations as calendar programs take them (iCalendar, RFC 5545), and as pages list them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Final, TypeVar

from google.protobuf.timestamp_pb2 import Timestamp
from icalendar import Calendar, Event
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1 import workers_events_pb2 as events_pb
from starlette.responses import Response

from services.gateway.words import SEOUL, Words, in_seoul

REFRESH_HOURS: Final = 1
_CANCELLED: Final = events_pb.CONSULTATION_STATE_CANCELLED

Timed = TypeVar("Timed", pb.Slot, pb.Consultation)


def calendar_of(
    words: Words, site: str, consultations: Iterable[pb.Consultation], names: Mapping[str, str], *, for_company: bool
) -> bytes:
    """Consultations as one calendar: `site` is the address of these pages, `names` what companies are called.

    A graduate's calendar names the company, a company's names nobody: whoever has its address can read it.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Ilgam//Consultations//KO")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", words("consult.calendar_name"))
    calendar.add("x-wr-timezone", SEOUL.key)
    calendar.add("refresh-interval", timedelta(hours=REFRESH_HOURS), parameters={"value": "DURATION"})
    for one in consultations:
        calendar.add_component(_event(words, site, one, names, for_company=for_company))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def calendar_file(content: bytes, name: str) -> Response:
    """A calendar to be kept or subscribed to."""
    headers = {"content-disposition": f'inline; filename="{name}"', "cache-control": "private, no-store"}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def by_day(timed: Iterable[Timed]) -> list[tuple[date, list[Timed]]]:
    """What begins on each day in Seoul; the order stays."""
    return [(day, list(group)) for day, group in groupby(timed, key=lambda one: day_of(one.start_time))]


def day_of(moment: Timestamp) -> date:
    """The day of a moment in Seoul."""
    return moment.ToDatetime(tzinfo=UTC).astimezone(SEOUL).date()


def state_of(consultation: pb.Consultation, now: datetime) -> str:
    """The key of a state's words: BOOKED, BEGUN (the outcome is not recorded yet), CANCELLED, ADMITTED..."""
    name = events_pb.ConsultationState.Name(consultation.state).removeprefix("CONSULTATION_STATE_")
    begun = consultation.start_time.ToDatetime(tzinfo=UTC) <= now
    return "BEGUN" if name == "BOOKED" and begun else name


def kind_name(venue: pb.Venue) -> str:
    """The key of a venue's words: PLACE, ONLINE, PHONE."""
    return pb.VenueKind.Name(venue.kind).removeprefix("VENUE_KIND_")


def place_of(words: Words, venue: pb.Venue) -> str:
    """Where a talk is, as far as the person may know: an address, a link, a number; empty otherwise."""
    place = (venue.place.en or venue.place.ko) if words.language == "en" else venue.place.ko
    return place or venue.link or venue.phone


def ids_of(*found: Sequence[Timed]) -> set[str]:
    """The companies of slots or consultations."""
    return {one.organisation_id for part in found for one in part}


def _event(words: Words, site: str, one: pb.Consultation, names: Mapping[str, str], *, for_company: bool) -> Event:
    event = Event()
    name = names.get(one.organisation_id, "")
    path = f"/company/consultations/{one.consultation_id}" if for_company else "/learn/consultations"
    event.add("uid", f"{one.consultation_id}@ilgam")
    event.add("sequence", max(0, one.revision - 1))
    event.add("dtstamp", one.book_time.ToDatetime(tzinfo=UTC))
    event.add("dtstart", in_seoul(one.start_time))
    event.add("dtend", in_seoul(one.end_time))
    event.add("summary", words("consult.calendar_with", name=name) if name else words("consult.consultation"))
    event.add("location", place_of(words, one.venue) or words(f"consult.venue_{kind_name(one.venue)}"))
    event.add("description", "\n".join(part for part in (one.note, f"{site}{path}") if part))
    event.add("url", f"{site}{path}")
    event.add("status", "CANCELLED" if one.state == _CANCELLED else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if one.state == _CANCELLED else "OPAQUE")
    return event
