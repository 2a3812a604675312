"""RPCs on roles and organisations."""

from __future__ import annotations

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.domain.accounts import ORGANISATION_ROLES, RoleGrant
from services.accounts.entrypoints import convert
from services.accounts.store.queries import organisations as organisation_store
from services.accounts.use_cases import roles
from services.core.clock import utc_now
from services.core.errors import NotFoundError, invalid_field
from services.runtime.auth import current_caller
from services.runtime.database import Database, Transaction
from services.runtime.middleware import Context
from services.runtime.paging import page_size
from services.runtime.requests import run_once
from services.runtime.wire import uuid_of


class RolesRpcs:
    """The roles' and organisations' part of AccountsService."""

    _database: Database

    async def GrantRole(self, request: pb.GrantRoleRequest, _context: Context) -> pb.GrantRoleResponse:
        """Gives an account the role worker or operator."""
        role = convert.role_of(request.role)
        if role is None or role in ORGANISATION_ROLES:
            raise invalid_field("role", "name worker or operator; company and trainer come with AddMember")

        async def act(tx: Transaction) -> pb.GrantRoleResponse:
            await roles.grant_role(tx, uuid_of(request.account_id), RoleGrant(role), utc_now())
            return pb.GrantRoleResponse()

        return await run_once(self._database, request, pb.GrantRoleResponse, act)

    async def CreateOrganisation(
        self, request: pb.CreateOrganisationRequest, _context: Context
    ) -> pb.CreateOrganisationResponse:
        """Opens an organisation."""
        if not request.name.strip():
            raise invalid_field("name", "write a name")

        async def act(tx: Transaction) -> pb.CreateOrganisationResponse:
            organisation_id = await roles.create_organisation(tx, request.name, utc_now())
            return pb.CreateOrganisationResponse(organisation_id=str(organisation_id))

        return await run_once(self._database, request, pb.CreateOrganisationResponse, act)

    async def AddMember(self, request: pb.AddMemberRequest, _context: Context) -> pb.AddMemberResponse:
        """Makes an account a member or trainer of an organisation."""
        organisation_id, role = uuid_of(request.organisation_id), convert.role_of(request.role)
        if not current_caller().may_see_organisation(organisation_id):
            raise NotFoundError("organisation")
        if role is None or role not in ORGANISATION_ROLES:
            raise invalid_field("role", "name company or trainer")
        grant = RoleGrant(role, organisation_id)

        async def act(tx: Transaction) -> pb.AddMemberResponse:
            return pb.AddMemberResponse(account_id=str(await roles.add_member(tx, request.email, grant, utc_now())))

        return await run_once(self._database, request, pb.AddMemberResponse, act)

    async def ListOrganisations(
        self, request: pb.ListOrganisationsRequest, _context: Context
    ) -> pb.ListOrganisationsResponse:
        """Lists organisations, newest first: all for an operator, the caller's own otherwise."""
        caller, count, before = current_caller(), page_size(request.page_size), convert.before_of(request.page_token)
        own = None if caller.is_operator else sorted(caller.organisation_ids | caller.trainer_organisation_ids)
        async with self._database.transaction() as tx:
            found = await organisation_store.organisations_before(tx.connection, own, before, count + 1)
        shown = found[:count]
        return pb.ListOrganisationsResponse(
            organisations=[convert.organisation_message(organisation) for organisation in shown],
            next_page_token=convert.next_token(shown[-1].organisation_id if len(found) > count else None),
        )
