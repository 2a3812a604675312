"""Jobs that companies offer to a graduate in their pool: take them or decline."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from ilgam.tasks.v1 import tasks_service_pb2 as tasks_pb
from ilgam.workers.v1 import consultations_service_pb2 as pb
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.gateway.admission import worker
from services.gateway.asking import answer_or_none, uuid_of
from services.gateway.forms import form_of
from services.gateway.house import house_of
from services.gateway.pages.consultations import names_of
from services.gateway.problems import status_of, words_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

HOME: Final = "/learn/offers"
OFFERS_PER_PAGE: Final = 10
STATES: Final = {
    pb.OFFER_STATE_OPEN: "OPEN",
    pb.OFFER_STATE_ACCEPTED: "ACCEPTED",
    pb.OFFER_STATE_DECLINED: "DECLINED",
    pb.OFFER_STATE_ENDED: "ENDED",
}


@worker
async def listed(request: Request) -> Response:
    """The offers, newest first."""
    return await _page(request)


@worker
async def answer(request: Request) -> Response:
    """Takes an offer or declines it. A page that is out of date gets words and the offers as they are now."""
    form = await form_of(request)
    accept = form["answer"] == "accept"
    asked = pb.AnswerOfferRequest(request_id=form.request_id, offer_id=uuid_of(request, "offer_id"), accept=accept)
    try:
        await person_of(request).client.consultations.AnswerOffer(asked)
    except IlgamError as error:
        if error.reason != "OFFER_STATE":
            raise
        return await _page(request, words_of(visit_of(request).words, error), status_of(error))
    return RedirectResponse(f"{HOME}?done={'accepted' if accept else 'declined'}", HTTPStatus.SEE_OTHER)


async def _page(request: Request, wrong: str = "", status: int = HTTPStatus.OK) -> Response:
    client, token = person_of(request).client, request.query_params.get("page", "")
    found = await client.consultations.ListOffers(pb.ListOffersRequest(page_size=OFFERS_PER_PAGE, page_token=token))
    job_ids = sorted({job_id for offer in found.offers for job_id in offer.job_ids})
    titles = (
        await answer_or_none(client.tasks.ListJobTitles(tasks_pb.ListJobTitlesRequest(job_ids=job_ids)))
        if job_ids
        else None
    )
    return house_of(request).pages.page(
        request,
        "learn/offers.html",
        int(status),
        offers=found.offers,
        states=STATES,
        names=await names_of(request, {offer.organisation_id for offer in found.offers}),
        titles={one.job_id: one.title for one in titles.titles} if titles else {},
        wrong=wrong,
        done=request.query_params.get("done", ""),
        next_page=found.next_page_token,
        later_page=bool(token),
    )
