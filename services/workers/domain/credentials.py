"""A certificate as a W3C Verifiable Credential 2.0 in the words of Open Badges 3.0, and the lists of revoked ones.

https://www.w3.org/TR/vc-data-model-2.0/, https://www.imsglobal.org/spec/ob/v3p0/,
https://www.w3.org/TR/vc-bitstring-status-list/. Nothing here says who the holder is beyond their id.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from services.core.intervals import Interval
from services.workers.domain.certificates import Certificate
from services.workers.domain.exam import REQUIRED_LOWER

# The least that the standard allows (16 KiB), so that a single credential hides among many.
LIST_BITS = 131_072
# A list is left for the next one when half of it is given away: a random place is then found quickly.
LIST_FILLED_MAX = LIST_BITS // 2
LIST_VALID = timedelta(days=1)
LIST_TTL_SECONDS = 60
_VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
_BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"


@dataclass(frozen=True)
class CertificateKey:
    """A key pair (Ed25519) that signs credentials, its private part sealed."""

    key_id: str
    public_jwk: dict[str, str]
    private_sealed: bytes
    create_time: datetime


@dataclass(frozen=True)
class StatusPlace:
    """The bit of a credential: in which list, at which place."""

    list_no: int
    place: int


@dataclass(frozen=True)
class KindOfWork:
    """What a certificate is about: the contract's name of the annotation type, and its words."""

    code: str
    ko: str
    en: str

    @property
    def slug(self) -> str:
        """As addresses have it: text-choice."""
        return self.code.lower().replace("_", "-")


def jwks_json(keys: Sequence[CertificateKey]) -> str:
    """The JSON Web Key Set (RFC 7517) of the public keys, oldest first."""
    return json.dumps({"keys": [key.public_jwk for key in keys]}, separators=(",", ":"), sort_keys=True)


def credential_document(
    certificate: Certificate, kind: KindOfWork, status: StatusPlace, public_url: str
) -> dict[str, Any]:
    """What a credential says; the claims of a JWT (iss, sub, jti, nbf, exp) repeat it."""
    address = f"{public_url}/verify/{certificate.number}"
    subject = f"urn:uuid:{certificate.worker_id}"
    return {
        "@context": [_VC_CONTEXT, _BADGE_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": f"{kind.ko} ({kind.en})",
        "issuer": _issuer(public_url),
        "validFrom": _instant(certificate.issue_time),
        "validUntil": _instant(certificate.expire_time),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "achievement": _achievement(kind, public_url),
            **({"result": _results(certificate.score, kind, public_url)} if certificate.score else {}),
        },
        "credentialStatus": {
            "id": f"{public_url}/certificates/status/{status.list_no}#{status.place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status.place),
            "statusListCredential": f"{public_url}/certificates/status/{status.list_no}",
        },
        "iss": public_url,
        "sub": subject,
        "jti": address,
        "nbf": int(certificate.issue_time.timestamp()),
        "exp": int(certificate.expire_time.timestamp()),
    }


def status_list_document(list_no: int, revoked: Iterable[int], public_url: str, now: datetime) -> dict[str, Any]:
    """A list of which credentials are revoked, as it is now."""
    address = f"{public_url}/certificates/status/{list_no}"
    return {
        "@context": [_VC_CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": public_url,
        "validFrom": _instant(now),
        "validUntil": _instant(now + LIST_VALID),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": encoded_bits(revoked),
            "ttl": LIST_TTL_SECONDS * 1000,
        },
        "iss": public_url,
        "jti": address,
        "exp": int((now + LIST_VALID).timestamp()),
    }


def encoded_bits(places: Iterable[int]) -> str:
    """A bit string with ones at these places, the first place leftmost; gzip, then multibase base64url."""
    bits = bytearray(LIST_BITS // 8)
    for place in places:
        bits[place // 8] |= 0x80 >> (place % 8)
    packed = gzip.compress(bytes(bits), mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def _issuer(public_url: str) -> dict[str, Any]:
    return {"id": public_url, "type": ["Profile"], "name": "Ilgam (일감)", "url": f"{public_url}/issuer"}


def _achievement(kind: KindOfWork, public_url: str) -> dict[str, Any]:
    return {
        "id": f"{public_url}/issuer#{kind.slug}",
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": f"{kind.ko} ({kind.en})",
        "description": f"AI data labelling: {kind.en}",
        "criteria": {
            "id": f"{public_url}/issuer#{kind.slug}",
            "narrative": (
                "An exam of items with known answers, drawn at random from a pool, in limited time. It is passed when the "
                f"lower bound of the 95 % interval (Wilson) of the share of right answers is {REQUIRED_LOWER:.0%} or more; "
                "or granted by an operator on earlier proof, and then without a result."
            ),
        },
        "resultDescription": [
            {
                "id": _right_id(kind, public_url),
                "type": ["ResultDescription"],
                "name": "Right answers",
                "resultType": "RawScore",
            },
            {
                "id": _lower_id(kind, public_url),
                "type": ["ResultDescription"],
                "name": "Lower bound of the 95 % interval of the share of right answers",
                "resultType": "Percent",
                "valueMin": "0",
                "valueMax": "100",
                "requiredValue": f"{REQUIRED_LOWER * 100:.0f}",
            },
        ],
    }


def _results(score: Interval, kind: KindOfWork, public_url: str) -> list[dict[str, Any]]:
    right = f"{round(score.mean * score.count)}/{round(score.count)}"
    return [
        {"type": ["Result"], "resultDescription": _right_id(kind, public_url), "value": right},
        {"type": ["Result"], "resultDescription": _lower_id(kind, public_url), "value": f"{score.lower * 100:.1f}"},
    ]


def _right_id(kind: KindOfWork, public_url: str) -> str:
    return f"{public_url}/issuer#{kind.slug}-right"


def _lower_id(kind: KindOfWork, public_url: str) -> str:
    return f"{public_url}/issuer#{kind.slug}-lower"


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
