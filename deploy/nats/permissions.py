"""Who may say and hear what on the bus: every process has its own NATS user with only its own subjects."""

from typing import TypedDict

from deploy.nats.topology import SERVICES, durables_of
from services.runtime.bus import stream_of

ADMIN = "admin"
GATEWAY = "gateway"
USERS = (ADMIN, GATEWAY, *SERVICES)


class Permissions(TypedDict):
    """What one user may publish and subscribe to, in the server's own words."""

    publish: dict[str, list[str]]
    subscribe: dict[str, list[str]]


def inbox_prefix(user: str) -> str:
    """The prefix of a user's reply subjects; its client must connect with it, or it hears no reply."""
    return f"_INBOX_{user}"


def permissions_of(user: str) -> Permissions:
    """The permissions of a service, of the gateway or of the administrator.

    A service publishes its own events, reads and acknowledges its own durables and looks at its own stream. It can
    neither create nor purge nor read anything else. The gateway may only listen.
    """
    if user == ADMIN:
        return _permissions([">"], [">"])
    if user == GATEWAY:
        return _permissions([], ["ilgam.*.v1.*", f"{inbox_prefix(GATEWAY)}.>"])
    publish = [f"ilgam.{user}.v1.*", f"$JS.API.STREAM.INFO.{stream_of(user)}"]
    for durable in durables_of(user):
        place = f"{durable.stream}.{durable.name}"
        publish += [f"$JS.API.CONSUMER.INFO.{place}", f"$JS.API.CONSUMER.MSG.NEXT.{place}", f"$JS.ACK.{place}.>"]
    return _permissions(publish, [f"{inbox_prefix(user)}.>"])


def authorization(passwords: dict[str, str]) -> dict[str, object]:
    """The `authorization` block of a server's configuration.

    Args:
        passwords: password of each user in `USERS`.
    """
    users = [{"user": user, "password": passwords[user], "permissions": permissions_of(user)} for user in USERS]
    return {"users": users}


def _permissions(publish: list[str], subscribe: list[str]) -> Permissions:
    # An empty allow list means "everything" to the server, so no subject at all is spelled as a denial of all.
    say = {"allow": publish} if publish else {"deny": [">"]}
    return {"publish": say, "subscribe": {"allow": subscribe}}
