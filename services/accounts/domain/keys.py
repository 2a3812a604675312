"""Signing keys: which one signs now, which public keys are still needed, when one may go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.accounts.domain.sessions import ACCESS_TOKEN_SECONDS

# A new public key travels to the other services before tokens are signed with it.
ACTIVATION_DELAY = timedelta(seconds=10)
# A public key stays for as long as tokens signed with it can live, and a bit for clocks that differ.
CLOCK_DIFFERENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class SigningKey:
    """A key pair (Ed25519). Signs from `active_time` until a newer one does; published until `retire_time`."""

    key_id: str
    public_jwk: dict[str, str]
    private_sealed: bytes
    active_time: datetime
    retire_time: datetime | None


def key_that_signs(keys: Sequence[SigningKey], now: datetime) -> SigningKey | None:
    """The newest key that is active; None when there is none yet."""
    active = [key for key in keys if key.active_time <= now and (key.retire_time is None or now < key.retire_time)]
    return max(active, key=lambda key: (key.active_time, key.key_id), default=None)


def active_time_of_new_key(keys: Sequence[SigningKey], now: datetime) -> datetime:
    """When a new key begins to sign: at once if it is the first, else after the others have heard of it."""
    return now + ACTIVATION_DELAY if key_that_signs(keys, now) else now


def retire_time_of_old_keys(successor_active_time: datetime) -> datetime:
    """When the keys before a new one are no longer needed: the last token signed with them has ended."""
    return successor_active_time + timedelta(seconds=ACCESS_TOKEN_SECONDS) + CLOCK_DIFFERENCE


def jwks_json(keys: Sequence[SigningKey]) -> str:
    """The JSON Web Key Set (RFC 7517) of the public keys, in the order of their ids."""
    published = sorted((key.public_jwk for key in keys), key=lambda jwk: jwk["kid"])
    return json.dumps({"keys": published}, separators=(",", ":"), sort_keys=True)
