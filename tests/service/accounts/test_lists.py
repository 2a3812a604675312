"""The lists of accounts and organisations: who sees them, and what is found."""

import unicodedata
from typing import TypeAlias
from uuid import UUID

import grpc
import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as pb_grpc

from services.core.ids import new_id
from tests.service.accounts.house import OPERATOR_EMAIL, House, request_id
from tests.support.identity import TestCaller, company, trainer, worker
from tests.support.refusals import fields_of, refusal

Stub: TypeAlias = "pb_grpc.AccountsServiceAsyncStub"


@pytest.fixture
async def operator(house: House) -> Stub:
    return await house.operator()


async def _found(stub: Stub, **wanted: object) -> list[str]:
    request = pb.ListAccountsRequest(**wanted)  # type: ignore[arg-type]  # fields by name
    return [account.email for account in (await stub.ListAccounts(request)).accounts]


async def _organisation(stub: Stub, name: str) -> str:
    request = pb.CreateOrganisationRequest(request_id=request_id(), name=name)
    return (await stub.CreateOrganisation(request)).organisation_id


async def test_accounts_are_found_by_a_part_of_name_or_address_in_any_case(house: House, operator: Stub) -> None:
    await house.register("kim@example.kr", "김일감")
    await house.register("lee@Example.org", "Lee Il-Gam")
    assert await _found(operator, query="일감") == ["kim@example.kr"]
    assert await _found(operator, query=unicodedata.normalize("NFD", "일감")) == ["kim@example.kr"]
    assert await _found(operator, query="IL-G") == ["lee@example.org"]
    assert await _found(operator, query=" EXAMPLE. ") == ["lee@example.org", "kim@example.kr"]
    assert await _found(operator, query="nobody") == []


async def test_what_is_typed_is_no_pattern(house: House, operator: Stub) -> None:
    await house.register("a_b@example.kr", r"100% \ sure")
    await house.register("axb@example.kr", "somebody")
    assert await _found(operator, query="a_b") == ["a_b@example.kr"]
    assert await _found(operator, query="0% \\ s") == ["a_b@example.kr"]
    for text in ("a%b", "%", "\\"):
        assert await _found(operator, query=text) == (["a_b@example.kr"] if text in r"100% \ sure" else [])


async def test_accounts_are_narrowed_by_role_and_id(house: House, operator: Stub) -> None:
    kim, lee = await house.register("kim@example.kr"), await house.register("lee@example.kr")
    organisation_id = await _organisation(operator, "데이터 가공")
    adding = pb.AddMemberRequest(
        request_id=request_id(), organisation_id=organisation_id, email="lee@example.kr", role=pb.ROLE_COMPANY
    )
    await operator.AddMember(adding)
    assert await _found(operator, role=pb.ROLE_OPERATOR) == [OPERATOR_EMAIL.lower()]
    assert await _found(operator, role=pb.ROLE_WORKER) == ["lee@example.kr", "kim@example.kr"]
    assert await _found(operator, account_ids=[kim, str(new_id())]) == ["kim@example.kr"]
    assert await _found(operator, account_ids=[kim, lee], role=pb.ROLE_COMPANY, query="example") == ["lee@example.kr"]
    (shown,) = (await operator.ListAccounts(pb.ListAccountsRequest(role=pb.ROLE_COMPANY))).accounts
    assert (shown.account_id, shown.display_name, shown.HasField("create_time")) == (lee, "김일감", True)
    assert [(grant.role, grant.organisation_id) for grant in shown.roles] == [
        (pb.ROLE_WORKER, ""),
        (pb.ROLE_COMPANY, organisation_id),
    ]


async def test_accounts_are_listed_page_by_page_newest_first(house: House, operator: Stub) -> None:
    for number in range(5):
        await house.register(f"w{number}@example.kr")
    seen, token = [], ""
    while True:
        request = pb.ListAccountsRequest(query="example.kr", page_size=2, page_token=token)
        page = await operator.ListAccounts(request)
        assert len(page.accounts) <= 2
        seen += [account.email for account in page.accounts]
        token = page.next_page_token
        if not token:
            break
    assert seen == [f"w{number}@example.kr" for number in (4, 3, 2, 1, 0)]


async def test_wrong_filters_are_refused_by_name(operator: Stub) -> None:
    error = await refusal(operator.ListAccounts(pb.ListAccountsRequest(account_ids=["kim"])))
    assert fields_of(error) == ["account_ids[0]"]
    error = await refusal(operator.ListAccounts(pb.ListAccountsRequest(account_ids=[str(new_id())] * 201)))
    assert fields_of(error) == ["account_ids"]


async def test_nobody_but_operators_lists_accounts(house: House) -> None:
    for caller in (worker(), company(new_id()), trainer(new_id())):
        error = await refusal(house.as_caller(caller).ListAccounts(pb.ListAccountsRequest()))
        assert error.code == grpc.StatusCode.PERMISSION_DENIED


async def test_people_see_their_own_organisations_and_operators_all(house: House, operator: Stub) -> None:
    first, second, third = [await _organisation(operator, name) for name in ("하나", "둘", "셋")]
    both = TestCaller(
        roles=("company", "trainer"), organisation_ids=(UUID(first),), trainer_organisation_ids=(UUID(third),)
    )

    async def listed(stub: Stub) -> list[str]:
        seen, token = [], ""
        while True:
            page = await stub.ListOrganisations(pb.ListOrganisationsRequest(page_size=2, page_token=token))
            seen += [organisation.organisation_id for organisation in page.organisations]
            token = page.next_page_token
            if not token:
                return seen

    assert await listed(operator) == [third, second, first]
    assert await listed(house.as_caller(both)) == [third, first]
    assert await listed(house.as_caller(company(new_id()))) == []
    refused = house.as_caller(worker()).ListOrganisations(pb.ListOrganisationsRequest())
    assert (await refusal(refused)).code == grpc.StatusCode.PERMISSION_DENIED


async def test_an_account_names_the_organisations_of_its_roles(house: House, operator: Stub) -> None:
    own = await _organisation(operator, "데이터 가공")
    await _organisation(operator, "다른 곳")
    await house.register("boss@example.kr")
    for role in (pb.ROLE_COMPANY, pb.ROLE_TRAINER):
        adding = pb.AddMemberRequest(request_id=request_id(), organisation_id=own, email="boss@example.kr", role=role)
        await operator.AddMember(adding)
    account = await house.signed_in(await house.sign_in("boss@example.kr")).GetAccount(pb.GetAccountRequest())
    assert [(one.organisation_id, one.name) for one in account.organisations] == [(own, "데이터 가공")]
