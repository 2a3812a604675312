"""Companies: what they have, deposits that arrived in the bank, members."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.payments.v1 import payments_service_pb2 as payments_pb
from starlette.requests import Request
from starlette.responses import Response

from services.gateway.admission import operator
from services.gateway.asking import answer_or_none, uuid_of
from services.gateway.forms import Form, empty_form, form_of
from services.gateway.house import house_of
from services.gateway.pages.operator.asking import ANSWER_SECONDS, ROWS, done, done_of, organisation_named
from services.gateway.people import Person
from services.gateway.problems import put_on_form, status_of
from services.gateway.visit import person_of, visit_of
from services.sdk import IlgamError

DEPOSIT_KRW_MAX: Final = 1_000_000_000_000
NAME_LENGTH_MAX: Final = 120


@operator
async def listed(request: Request) -> Response:
    """Companies with what each may use and has reserved."""
    person = person_of(request)
    answer = await person.client.accounts.ListOrganisations(
        accounts_pb.ListOrganisationsRequest(page_size=ROWS, page_token=request.query_params.get("page", ""))
    )
    # One call a row, together: the page is bounded to 20 rows, and money has no list of balances.
    balances = await asyncio.gather(
        *(answer_or_none(_balance(person, one.organisation_id)) for one in answer.organisations)
    )
    return house_of(request).pages.page(
        request,
        "operator/companies.html",
        companies=list(zip(answer.organisations, balances, strict=True)),
        turned="page" in request.query_params,
        next_page=answer.next_page_token,
    )


async def _balance(person: Person, organisation_id: str) -> payments_pb.GetBalanceResponse:
    asked = payments_pb.GetBalanceRequest(organisation_id=organisation_id)
    return await person.client.payments.GetBalance(asked, timeout=ANSWER_SECONDS)


@operator
async def one(request: Request) -> Response:
    """One company: its money and the last lines of its statement."""
    person, organisation_id = person_of(request), uuid_of(request, "organisation_id")
    asked = payments_pb.ListStatementLinesRequest(organisation_id=organisation_id, page_size=ROWS)
    company, balance, statement = await asyncio.gather(
        organisation_named(person, organisation_id),
        answer_or_none(_balance(person, organisation_id)),
        answer_or_none(person.client.payments.ListStatementLines(asked, timeout=ANSWER_SECONDS)),
    )
    return house_of(request).pages.page(
        request,
        "operator/company.html",
        company=company,
        balance=balance,
        lines=statement.lines if statement else None,
        kind_name=lambda kind: payments_pb.JournalKind.Name(kind).removeprefix("JOURNAL_KIND_"),
        done=done_of(request),
    )


@operator
async def create(request: Request) -> Response:
    """Opens a company."""
    pages, words = house_of(request).pages, visit_of(request).words
    if request.method == "GET":
        return pages.page(request, "operator/company_new.html", form=empty_form())
    form = await form_of(request)
    if not form["name"] or len(form["name"]) > NAME_LENGTH_MAX:
        form.wrong["name"] = words("operator.name_wrong", count=NAME_LENGTH_MAX)
        return pages.page(request, "operator/company_new.html", 422, form=form)
    try:
        answer = await person_of(request).client.accounts.CreateOrganisation(
            accounts_pb.CreateOrganisationRequest(request_id=form.request_id, name=form["name"])
        )
    except IlgamError as error:
        put_on_form(words, form, error, {"name": "name"})
        return pages.page(request, "operator/company_new.html", status_of(error), form=form)
    return done(f"/operator/companies/{answer.organisation_id}", "company_created")


@operator
async def deposit(request: Request) -> Response:
    """Records money that arrived in the bank."""
    if request.method == "GET":
        return await _deposit_page(request, empty_form())
    form, words = await form_of(request), visit_of(request).words
    amount_krw = form.whole_number("amount", 1, DEPOSIT_KRW_MAX)
    if amount_krw is None:
        form.wrong["amount"] = words("operator.amount_wrong", most=words.won(DEPOSIT_KRW_MAX))
    if not form["reference"]:
        form.wrong["reference"] = words("operator.reference_missing")
    if amount_krw is None or form.wrong:
        return await _deposit_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = payments_pb.RecordDepositRequest(
        request_id=form.request_id,
        organisation_id=uuid_of(request, "organisation_id"),
        amount_krw=amount_krw,
        bank_reference=form["reference"],
    )
    try:
        await person_of(request).client.payments.RecordDeposit(act)
    except IlgamError as error:
        put_on_form(words, form, error, {"amount_krw": "amount", "bank_reference": "reference"})
        return await _deposit_page(request, form, status_of(error))
    return done(_company_path(request), "deposited")


async def _deposit_page(request: Request, form: Form, status: int = 200) -> Response:
    company = await organisation_named(person_of(request), uuid_of(request, "organisation_id"))
    return house_of(request).pages.page(request, "operator/deposit.html", int(status), company=company, form=form)


@operator
async def add_member(request: Request) -> Response:
    """Makes an account a member of a company; asks for the password first."""
    if request.method == "GET":
        return await _member_page(request, empty_form())
    form, words = await form_of(request), visit_of(request).words
    if not form["email"]:
        form.wrong["email"] = words("entry.email_missing")
        return await _member_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    act = accounts_pb.AddMemberRequest(
        request_id=form.request_id,
        organisation_id=uuid_of(request, "organisation_id"),
        email=form["email"],
        role=accounts_pb.ROLE_COMPANY,
    )
    try:
        await person_of(request).client.accounts.AddMember(act)
    except IlgamError as error:
        _say_member(request, form, error)
        return await _member_page(request, form, status_of(error))
    return done(_company_path(request), "member_added")


def _say_member(request: Request, form: Form, error: IlgamError) -> None:
    words = visit_of(request).words
    if error.reason == "NOT_FOUND":
        form.wrong["email"] = words("operator.member_unknown")
    elif any(violation.field == "email" for violation in error.violations):
        form.wrong["email"] = words("entry.email_wrong")
    else:
        put_on_form(words, form, error, {})


async def _member_page(request: Request, form: Form, status: int = 200) -> Response:
    company = await organisation_named(person_of(request), uuid_of(request, "organisation_id"))
    return house_of(request).pages.page(request, "operator/member.html", int(status), company=company, form=form)


def _company_path(request: Request) -> str:
    return f"/operator/companies/{uuid_of(request, 'organisation_id')}"
