"""Which keys do what at the bench: seen, changed, switched off."""

from __future__ import annotations

from http import HTTPStatus

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway import keys
from services.gateway.admission import anybody
from services.gateway.cookies import YEAR_SECONDS
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.entry import inside
from services.gateway.people import Person
from services.gateway.visit import visit_of

PATH = "/look/keys"


@anybody
async def key_choices(request: Request) -> Response:
    """Shows and changes the keys of the bench: those of the account, or of this browser where nobody is signed in."""
    visit, back = visit_of(request), inside(request.query_params.get("back", ""))
    if request.method == "GET":
        return _page(request, keys.own_keys(request, visit.person), empty_form(back=back))
    form = await form_of(request)
    words, chosen = visit.words, {}
    if form["act"] != "usual":
        chosen = {act: form[act] for act in keys.USUAL if form[act] in keys.OFFERED}
    for act, other in keys.twice(chosen).items():
        form.wrong[act] = words("keys.twice", other=words(f"keys.act_{other.replace('-', '_')}"))
    if form.wrong:
        return _page(request, chosen, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    to = inside(form["back"])
    response = RedirectResponse(to or f"{PATH}?saved=1", HTTPStatus.SEE_OTHER)
    if visit.person is None:
        keys.keep(response, chosen, max_age=YEAR_SECONDS, secure=house_of(request).cookies.secure)
    else:
        await _keep(visit.person, chosen, form.request_id)
        house_of(request).people.forget(visit.person.session_id)
    return response


async def _keep(person: Person, chosen: dict[str, str], request_id: str) -> None:
    found = [pb.KeyChoice(act=act, chord=chord) for act, chord in keys.unusual(chosen).items()]
    await person.client.accounts.SetKeys(pb.SetKeysRequest(request_id=request_id, keys=pb.KeyChoices(choices=found)))


def _page(request: Request, own: dict[str, str], form: Form, status: int = HTTPStatus.OK) -> Response:
    return house_of(request).pages.page(
        request,
        "entry/keys.html",
        int(status),
        groups=keys.GROUPS,
        usual=keys.USUAL,
        offered=keys.OFFERED,
        own=own,
        form=form,
        saved=request.query_params.get("saved") == "1",
    )
