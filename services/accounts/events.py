"""Every event that accounts publishes. None holds a name, an address or a secret."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ilgam.accounts.v1 import accounts_events_pb2 as pb

from services.accounts.domain.accounts import RoleGrant


def account_registered(account_id: UUID) -> pb.AccountRegistered:
    """An account exists."""
    return pb.AccountRegistered(account_id=str(account_id), revision=1)


def role_granted(account_id: UUID, grant: RoleGrant, revision: int) -> pb.RoleGranted:
    """An account holds a role from now on; `revision` is the account's."""
    organisation_id = str(grant.organisation_id) if grant.organisation_id else ""
    return pb.RoleGranted(
        account_id=str(account_id), role=grant.role.value, organisation_id=organisation_id, revision=revision
    )


def account_closed(account_id: UUID, revision: int) -> pb.AccountClosed:
    """An account is closed for good."""
    return pb.AccountClosed(account_id=str(account_id), revision=revision)


def organisation_created(organisation_id: UUID) -> pb.OrganisationCreated:
    """An organisation exists."""
    return pb.OrganisationCreated(organisation_id=str(organisation_id), revision=1)


def session_revoked(session_id: UUID, account_id: UUID, revision: int) -> pb.SessionRevoked:
    """A session has ended before its time."""
    return pb.SessionRevoked(session_id=str(session_id), account_id=str(account_id), revision=revision)


def api_key_revoked(api_key_id: UUID, account_id: UUID) -> pb.ApiKeyRevoked:
    """An API key is void; it is made at revision 1 and can only be revoked after."""
    return pb.ApiKeyRevoked(api_key_id=str(api_key_id), account_id=str(account_id), revision=2)


def signing_keys_changed(revision: int, jwks_json: str) -> pb.SigningKeysChanged:
    """The public keys that tokens are checked with, all of them."""
    return pb.SigningKeysChanged(revision=revision, jwks_json=jwks_json)


def notice_kept(account_ids: Sequence[UUID]) -> pb.NoticeKept:
    """People have new notices."""
    return pb.NoticeKept(notices=[pb.KeptNotice(account_id=str(account_id)) for account_id in account_ids])
