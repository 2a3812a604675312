"""Agreements that come in: known documents in their present version."""

from __future__ import annotations

from collections.abc import Iterable

from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.domain.consents import Agreement, agreement_problem
from services.accounts.entrypoints import convert
from services.core.errors import invalid_field


def agreements_of(messages: Iterable[pb.Agreement]) -> list[Agreement]:
    """The agreements that messages hold.

    Raises:
        InvalidArgumentError: FIELD_INVALID, a document is not known or its version is not the present one.
    """
    return [_agreement(place, message) for place, message in enumerate(messages)]


def _agreement(place: int, message: pb.Agreement) -> Agreement:
    agreement = convert.agreement_of(message)
    if agreement is None:
        raise invalid_field(f"consents[{place}].document", "name a document that is known")
    problem = agreement_problem(agreement)
    if problem:
        name, words = problem.split(": ", 1)
        raise invalid_field(f"consents[{place}].{name}", words)
    return agreement
