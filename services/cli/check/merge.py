"""Merges the services' sorted streams of facts: everything about one thing at a time, in constant memory."""

from collections.abc import AsyncIterator, Mapping

from ilgam.common.v1 import common_pb2 as pb

Key = tuple[int, str]


class UnsortedError(Exception):
    """A stream is not sorted by kind and id, so it cannot be merged."""


async def merged(streams: Mapping[str, AsyncIterator[pb.AuditFact]]) -> AsyncIterator[dict[str, pb.AuditFact]]:
    """For each (kind, id) in order, the facts of the services that have one.

    Raises:
        UnsortedError: a stream goes backwards or tells a thing twice.
    """
    heads: dict[str, pb.AuditFact] = {}
    for service, stream in streams.items():
        await _advance(service, stream, heads)
    while heads:
        key = min(_key(fact) for fact in heads.values())
        group = {service: fact for service, fact in heads.items() if _key(fact) == key}
        yield group
        for service in group:
            await _advance(service, streams[service], heads)


async def _advance(service: str, stream: AsyncIterator[pb.AuditFact], heads: dict[str, pb.AuditFact]) -> None:
    before = heads.pop(service, None)
    fact = await anext(stream, None)
    if fact is None:
        return
    if before is not None and _key(fact) <= _key(before):
        raise UnsortedError(f"{service}: {pb.AuditKind.Name(fact.kind)} {fact.id} comes after {before.id}")
    heads[service] = fact


def _key(fact: pb.AuditFact) -> Key:
    return (fact.kind, fact.id)
