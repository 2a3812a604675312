"""One visit of one page: who is there, how they want it, and the mark for its forms."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from services.gateway.cookies import Look, look_of
from services.gateway.csrf import FormMarks
from services.gateway.people import Person
from services.gateway.words import Words


@dataclass(frozen=True)
class Visit:
    """What templates and handlers know of a request.

    Attributes:
        person: who is signed in, if anybody.
        visit_id: the mark of this browser.
        look: how pages shall look here.
        words: the texts of the language.
        form_mark: goes into each form as `mark`, or into the header `x-mark`.
        unread: how many notices the person has not read, as far as is known.
    """

    person: Person | None
    visit_id: str
    look: Look
    words: Words
    form_mark: str = field(repr=False)
    unread: int = 0

    @classmethod
    def of(
        cls, request: Request, person: Person | None, visit_id: str, words: dict[str, Words], marks: FormMarks
    ) -> Visit:
        """The visit of a request."""
        look = look_of(request)
        mark = marks.mark(person.session_id, person.account_id) if person else marks.mark(visit_id)
        return cls(person, visit_id, look, words[look.language], mark)


def visit_of(request: Request) -> Visit:
    """The visit that a handler works on."""
    visit: Visit = request.state.visit
    return visit


def person_of(request: Request) -> Person:
    """Who is signed in, on a page that only signed-in people reach."""
    person = visit_of(request).person
    if person is None:
        raise RuntimeError("a page for signed-in people was reached without one")
    return person
