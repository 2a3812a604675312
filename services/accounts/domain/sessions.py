"""Sessions: how long tokens live, and what a refresh token may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

ACCESS_TOKEN_SECONDS = 300
REFRESH_TOKEN_LIFETIME = timedelta(days=30)
SESSION_LIFETIME = timedelta(days=180)
# Without its refresh token a session is worth as much as with it: it ends when it was not used for so long.
IDLE_LIFETIME = REFRESH_TOKEN_LIFETIME
# How exactly the last use is known where a session is continued, so that pages do not cost a write each.
LAST_USE_EXACTNESS = timedelta(minutes=1)
# An answer may be lost on the way: so long the same token may be shown again.
REFRESH_GRACE = timedelta(seconds=30)
SIGN_IN_CODE_LIFETIME = timedelta(days=7)


@dataclass(frozen=True)
class Session:
    """A signed-in device. `auth_time` is when the person last proved who they are."""

    session_id: UUID
    account_id: UUID
    create_time: datetime
    last_use_time: datetime
    auth_time: datetime
    expire_time: datetime
    end_time: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Neither ended nor past its time."""
        return self.end_time is None and now < self.expire_time

    def may_continue(self, now: datetime) -> bool:
        """Live, and used not too long ago."""
        return self.is_live(now) and now < self.last_use_time + IDLE_LIFETIME

    def use_is_old(self, now: datetime) -> bool:
        """Whether its last use is to be noted anew."""
        return now - self.last_use_time >= LAST_USE_EXACTNESS


@dataclass(frozen=True)
class RefreshToken:
    """What is stored of a refresh token: never the token itself."""

    session: Session
    expire_time: datetime
    use_time: datetime | None


class RefreshDecision(Enum):
    """What a presented refresh token leads to."""

    RENEW = "renew"
    # It was used some time ago: two hold it, and nobody knows which one is the owner. The session ends for both.
    END_SESSION = "end_session"
    REFUSE = "refuse"


def decide_refresh(token: RefreshToken | None, now: datetime) -> RefreshDecision:
    """Whether a refresh token renews its session.

    Rotation with reuse detection as in RFC 9700, section 4.14.2, with a grace for a caller whose answer was lost (a killed
    process, a broken network): such a caller would otherwise lose its session by trying again.
    """
    if token is None or not token.session.is_live(now):
        return RefreshDecision.REFUSE
    if token.use_time is not None and now - token.use_time > REFRESH_GRACE:
        return RefreshDecision.END_SESSION
    return RefreshDecision.RENEW if now < token.expire_time else RefreshDecision.REFUSE
