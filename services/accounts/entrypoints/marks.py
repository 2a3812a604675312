"""Requests in the form in which their digest may be stored: a password in them becomes a keyed mark."""

from __future__ import annotations

from typing import TypeVar

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.credentials.vault import Vault

R = TypeVar("R", pb.RegisterAccountRequest, pb.SetPasswordRequest)


def with_marked_password(request: R, vault: Vault) -> R:
    """A copy whose plain digest, which is stored, tells nothing about the password."""
    marked = type(request)()
    marked.CopyFrom(request)
    marked.password = vault.mark(request.password)
    return marked


def with_marked_rows(request: pb.ImportAccountsRequest, vault: Vault) -> pb.ImportAccountsRequest:
    """The same for an import's rows."""
    marked = pb.ImportAccountsRequest()
    marked.CopyFrom(request)
    for row in marked.rows:
        if row.password:
            row.password = vault.mark(row.password)
    return marked
