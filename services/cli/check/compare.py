"""What the services' facts about the same thing must agree in: pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ilgam.common.v1 import common_pb2 as pb


@dataclass(frozen=True)
class Difference:
    """Something that must not be.

    Attributes:
        rule: which rule it breaks, as a name.
        id: of what: an answer, item, account, journal or event.
        detail: what was found, in words.
    """

    rule: str
    id: str
    detail: str


Facts = Mapping[str, pb.AuditFact]


def differences(facts: Facts) -> Iterator[Difference]:
    """What is wrong with one thing.

    Args:
        facts: by service, all of the same kind and id.
    """
    kind = next(iter(facts.values())).kind
    yield from _RULES.get(kind, _nothing)(facts)


def _nothing(_: Facts) -> Iterator[Difference]:
    yield from ()


def _answer(facts: Facts) -> Iterator[Difference]:
    """An accepted answer is paid, once, at its latest revision; a rejected or pending one is not."""
    tasks, quality, payments = (facts.get(service) for service in ("tasks", "quality", "payments"))
    name = next(iter(facts.values())).id
    if tasks is None:
        yield Difference("answer_unknown", name, f"known to {' and '.join(facts)}, not to tasks")
    if quality is None:
        yield Difference("answer_not_judged", name, "submitted and unknown to quality")
        quality = pb.AuditFact(state="unknown")
    paid = payments is not None and payments.accepted
    if quality.accepted and not paid:
        yield Difference("accepted_not_paid", name, f"accepted at revision {quality.revision}, not paid")
    if paid and not quality.accepted:
        yield Difference("paid_not_accepted", name, f"{quality.state} at revision {quality.revision}, paid")
    if payments is not None and payments.revision != quality.revision:
        yield Difference(
            "paid_revision", name, f"revision {quality.revision} in quality, {payments.revision} in payments"
        )
    if tasks is not None:
        yield from _mark(name, tasks, quality, payments or pb.AuditFact())


def _mark(name: str, tasks: pb.AuditFact, quality: pb.AuditFact, payments: pb.AuditFact) -> Iterator[Difference]:
    """What the worker sees is what quality and payments decided."""
    if (tasks.accepted, tasks.revision) != (quality.accepted, quality.revision):
        yield Difference(
            "verdict_mark",
            name,
            f"{quality.state} at revision {quality.revision} in quality, {tasks.state} at {tasks.revision} in tasks",
        )
    if tasks.amount_krw != payments.amount_krw:
        yield Difference("paid_mark", name, f"{payments.amount_krw} won paid, {tasks.amount_krw} won shown")


def _item(facts: Facts) -> Iterator[Difference]:
    """No item holds more answers than it may, as verdicts were first given."""
    for fact in facts.values():
        if fact.count > fact.limit:
            yield Difference("item_overfull", fact.id, f"holds {fact.count}, may hold {fact.limit}")


def _ledger_account(facts: Facts) -> Iterator[Difference]:
    """A kept total is the sum of its postings."""
    for fact in facts.values():
        if fact.amount_krw != fact.recomputed_krw:
            yield Difference(
                "ledger_total", fact.id, f"{fact.amount_krw} won kept, {fact.recomputed_krw} won recomputed"
            )


def _journal(facts: Facts) -> Iterator[Difference]:
    """Only journals that do not add up to 0 are told."""
    for fact in facts.values():
        yield Difference("journal_unbalanced", fact.id, f"adds up to {fact.amount_krw} won")


_RULES: Mapping[int, Callable[[Facts], Iterator[Difference]]] = {
    pb.AUDIT_KIND_ANSWER: _answer,
    pb.AUDIT_KIND_ITEM: _item,
    pb.AUDIT_KIND_LEDGER_ACCOUNT: _ledger_account,
    pb.AUDIT_KIND_JOURNAL: _journal,
}
