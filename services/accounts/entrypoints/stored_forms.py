"""Requests and responses in the form in which they may be stored: passwords as keyed marks, secrets left out."""

from __future__ import annotations

from typing import TypeVar

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.runtime.vault import Vault

R = TypeVar(
    "R",
    pb.RegisterAccountRequest,
    pb.SetPasswordRequest,
    pb.SetDisplayNameRequest,
    pb.VerifyEmailRequest,
    pb.RequestPasswordResetRequest,
    pb.ResetPasswordRequest,
)


def with_marks(request: R, vault: Vault, *names: str) -> R:
    """A copy whose plain digest, which is stored, tells nothing about the fields with those names."""
    marked = type(request)()
    marked.CopyFrom(request)
    for name in names:
        setattr(marked, name, vault.mark(getattr(request, name)))
    return marked


def with_marked_rows(request: pb.ImportAccountsRequest, vault: Vault) -> pb.ImportAccountsRequest:
    """The same for an import's rows."""
    marked = pb.ImportAccountsRequest()
    marked.CopyFrom(request)
    for row in marked.rows:
        if row.password:
            row.password = vault.mark(row.password)
    return marked


def without_codes(response: pb.ImportAccountsResponse) -> pb.ImportAccountsResponse:
    """A copy without the codes for the first sign-in, which are told once."""
    stored = pb.ImportAccountsResponse()
    stored.CopyFrom(response)
    for verdict in stored.verdicts:
        verdict.sign_in_code = ""
    return stored


def without_secret(response: pb.CreateApiKeyResponse) -> pb.CreateApiKeyResponse:
    """A copy without the secret, which is told once."""
    return pb.CreateApiKeyResponse(api_key_id=response.api_key_id)
