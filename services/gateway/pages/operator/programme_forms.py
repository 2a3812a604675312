"""What operators type about programmes and cohorts: from a form to the contract, and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.common.v1 import common_pb2
from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.gateway.forms import Form, empty_form
from services.gateway.words import SEOUL, Words, in_seoul

HOUR_SECONDS: Final = 3600
ACCEPT_HOURS: Final = 24
COHORTS_AT_ONCE_MAX: Final = 20
TIMES: Final = ("open", "close", "start", "end")


@dataclass(frozen=True)
class Limits:
    """A field's bounds."""

    least: int
    most: int


PROGRAMME_NUMBERS: Final = {
    "weeks": Limits(1, 104),
    "target": Limits(0, 1_000_000),
    "accept_hours": Limits(1, 720),
    "waiting_max": Limits(0, 100_000),
}
COHORT_NUMBERS: Final = {"cohort_no": Limits(1, 10_000), "seats": Limits(1, 100_000)}
_TEXTS: Final = {"title": 100, "aims": 500, "description": 1000}
PROGRAMME_FIELDS: Final = {
    "terms.title.ko": "title_ko",
    "terms.title.en": "title_en",
    "terms.aims.ko": "aims_ko",
    "terms.aims.en": "aims_en",
    "terms.description.ko": "description_ko",
    "terms.description.en": "description_en",
}
COHORT_FIELDS: Final = {
    "terms.end_time": "end",
    "terms.close_time": "close",
    "terms.open_time": "open",
    "terms.place.ko": "place_ko",
    "terms.place.en": "place_en",
    "terms.cohort_no": "cohort_no",
}


def programme_form(programme: pb.Programme | None) -> Form:
    """The form of a programme, as it is or as a new one usually is."""
    if programme is None:
        return empty_form(weeks="10", target="400", accept_hours=str(ACCEPT_HOURS), waiting_max="40", residents="yes")
    terms = programme.terms
    return empty_form(
        title_ko=terms.title.ko,
        title_en=terms.title.en,
        aims_ko=terms.aims.ko,
        aims_en=terms.aims.en,
        description_ko=terms.description.ko,
        description_en=terms.description.en,
        weeks=str(terms.weeks),
        target=str(terms.target_graduates),
        organisation=terms.organisation_id,
        residents="yes" if terms.residents_only else "",
        accept_hours=str(max(1, terms.accept_seconds // HOUR_SECONDS)),
        waiting_max=str(terms.waiting_max),
    )


def programme_terms(form: Form, words: Words) -> pb.ProgrammeTerms | None:
    """What the form says of a programme; None where something is wrong, which it then says."""
    if not form["title_ko"]:
        form.wrong["title_ko"] = words("programmes.op_text_missing")
    for name, most in _TEXTS.items():
        for language in ("ko", "en"):
            if len(form[f"{name}_{language}"]) > most:
                form.wrong[f"{name}_{language}"] = words("programmes.op_text_long", count=most)
    numbers = _numbers(form, words, PROGRAMME_NUMBERS)
    if form.wrong:
        return None
    return pb.ProgrammeTerms(
        title=_local(form, "title"),
        aims=_local(form, "aims"),
        description=_local(form, "description"),
        weeks=numbers["weeks"],
        target_graduates=numbers["target"],
        organisation_id=form["organisation"],
        residents_only=form["residents"] == "yes",
        accept_seconds=numbers["accept_hours"] * HOUR_SECONDS,
        waiting_max=numbers["waiting_max"],
    )


def cohort_form(cohort: pb.Cohort | None, cohort_no: int = 1) -> Form:
    """The form of a cohort, as it is or as a new one begins."""
    if cohort is None:
        return empty_form(cohort_no=str(cohort_no), seats="40", count="1", online="yes")
    terms = cohort.terms
    return empty_form(
        cohort_no=str(terms.cohort_no),
        seats=str(terms.seat_count),
        open=_typed(terms.open_time),
        close=_typed(terms.close_time),
        start=_typed(terms.start_time),
        end=_typed(terms.end_time),
        place_ko=terms.place.ko,
        place_en=terms.place.en,
        online="yes" if terms.online else "",
    )


def cohort_terms(form: Form, words: Words) -> pb.CohortTerms | None:
    """What the form says of a cohort; None where something is wrong, which it then says."""
    numbers = _numbers(form, words, COHORT_NUMBERS)
    moments = {name: _moment(form[name]) for name in TIMES}
    for name, moment in moments.items():
        if moment is None:
            form.wrong[name] = words("programmes.op_time_wrong")
    for first, last in (("open", "close"), ("start", "end")):
        begin, end = moments[first], moments[last]
        if begin and end and end <= begin:
            form.wrong[last] = words("programmes.op_end_before")
    if form.wrong:
        return None
    return pb.CohortTerms(
        cohort_no=numbers["cohort_no"],
        seat_count=numbers["seats"],
        place=_local(form, "place"),
        online=form["online"] == "yes",
        **{f"{name}_time": _stamp(moment) for name, moment in moments.items() if moment},
    )


def weekly(terms: pb.CohortTerms, count: int) -> list[pb.CohortTerms]:
    """So many cohorts, each a week after the one before."""
    found = []
    for place in range(count):
        later = pb.CohortTerms()
        later.CopyFrom(terms)
        later.cohort_no += place
        for name in TIMES:
            stamp: Timestamp = getattr(later, f"{name}_time")
            stamp.FromDatetime(stamp.ToDatetime() + timedelta(weeks=place))
        found.append(later)
    return found


def cohort_count(form: Form, words: Words) -> int:
    """How many cohorts the form asks for; 0 where that is wrong, which it then says."""
    count = form.whole_number("count", 1, COHORTS_AT_ONCE_MAX)
    if count is None:
        form.wrong["count"] = words("programmes.op_number_wrong", least=1, most=COHORTS_AT_ONCE_MAX)
    return count or 0


def _numbers(form: Form, words: Words, limits: dict[str, Limits]) -> dict[str, int]:
    found = {}
    for name, limit in limits.items():
        number = form.whole_number(name, limit.least, limit.most)
        if number is None:
            form.wrong[name] = words("programmes.op_number_wrong", least=limit.least, most=limit.most)
        found[name] = number or 0
    return found


def _local(form: Form, name: str) -> common_pb2.LocalText:
    return common_pb2.LocalText(ko=form[f"{name}_ko"], en=form[f"{name}_en"])


def _moment(text: str) -> datetime | None:
    """A moment as a form's field for date and time says it, on Seoul's clock."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=SEOUL)
    except ValueError:
        return None


def _stamp(moment: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def _typed(stamp: Timestamp) -> str:
    moment = in_seoul(stamp)
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else ""
