"""Callers for tests: tokens as accounts would sign them, with a key that test processes trust."""

import time
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import OKPKey

from services.runtime.auth import ISSUER, TOKEN_ALGORITHM

KEY = OKPKey.generate_key("Ed25519", {"kid": "tests", "use": "sig", "alg": TOKEN_ALGORITHM})
LIFE_SECONDS = 300


@dataclass(frozen=True)
class TestCaller:
    """Somebody who calls."""

    __test__ = False

    account_id: UUID = field(default_factory=uuid4)
    roles: tuple[str, ...] = ()
    organisation_ids: tuple[UUID, ...] = ()
    trainer_organisation_ids: tuple[UUID, ...] = ()
    # How long ago they proved who they are.
    auth_age_seconds: float = 0.0
    # Below 0: the token has ended.
    life_seconds: float = LIFE_SECONDS

    def token(self, key: OKPKey = KEY, **changed: object) -> str:
        """An access token."""
        now = time.time()
        claims: dict[str, object] = {
            "iss": ISSUER,
            "aud": ISSUER,
            "sub": str(self.account_id),
            "sid": str(uuid4()),
            "roles": list(self.roles),
            "orgs": [str(one) for one in self.organisation_ids],
            "trainer_orgs": [str(one) for one in self.trainer_organisation_ids],
            "iat": int(now),
            "exp": int(now + self.life_seconds),
            "auth_time": int(now - self.auth_age_seconds),
        }
        header = {"alg": TOKEN_ALGORITHM, "kid": key.kid}
        return jwt.encode(header, claims | changed, key, algorithms=[TOKEN_ALGORITHM])

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Metadata of a call."""
        return (("authorization", f"Bearer {self.token()}"),)


def worker(account_id: UUID | None = None) -> TestCaller:
    """Somebody who labels."""
    return TestCaller(account_id or uuid4(), roles=("worker",))


def company(organisation_id: UUID) -> TestCaller:
    """A member of a company."""
    return TestCaller(roles=("company",), organisation_ids=(organisation_id,))


def trainer(organisation_id: UUID) -> TestCaller:
    """A trainer of a teaching company."""
    return TestCaller(roles=("trainer",), trainer_organisation_ids=(organisation_id,))


def operator() -> TestCaller:
    """An operator who has just signed in."""
    return TestCaller(roles=("operator",))


@dataclass(frozen=True)
class Edge(TestCaller):
    """The web's edge, which holds a key and no token."""

    key: str = ""

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Metadata of a call."""
        return (("ilgam-edge-key", self.key),)


def edge(key: str) -> Edge:
    """Somebody who shows an edge key."""
    return Edge(key=key)
