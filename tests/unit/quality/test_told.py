"""What the others hear of verdicts and results, and when."""

from uuid import UUID, uuid4

import pytest

from services.quality import events
from services.quality.domain.case import Case, Result, SkillSums, StoredItem, StoredWorker, Submission, case_of
from services.quality.domain.evidence import JobMemory
from services.quality.domain.job import Counts, Freeze, Job, Terms
from services.quality.domain.judging import Given, Round, frozen_where_due, gold_kept_back, waited_out
from services.quality.domain.results import item_news
from services.quality.domain.settlement import settle
from services.quality.domain.verdicts import FreezeReason, Policy, Reason, Verdict, VerdictState

LABELS = ("cat", "dog")
ACCEPTED, REJECTED, PENDING = VerdictState.ACCEPTED, VerdictState.REJECTED, VerdictState.PENDING


def job(policy: Policy = Policy.CONSENSUS, counts: Counts | None = None, freeze: Freeze | None = None) -> Job:
    terms = Terms(uuid4(), uuid4(), 1, policy, 1, 3, 0.95, 0.05, 0, 3600, LABELS, 1)
    return Job(terms, 1, 0, counts or Counts(), freeze or Freeze(), None, False, JobMemory.empty(len(LABELS)))


def given(state: VerdictState, worker: UUID | None = None, item: UUID | None = None) -> Given:
    verdict = Verdict(state, Reason.GOLD if state is not PENDING else Reason.WAITING, 0.5)
    return Given(uuid4(), item or uuid4(), worker or uuid4(), 1, int(state is not PENDING), verdict)


def case(told: Result, labels: tuple[str, ...]) -> Case:
    """One item with so many answers."""
    item = UUID(int=4)
    workers = [StoredWorker(UUID(int=n + 1), 0, SkillSums(), b"", 0.9, 20.0) for n in range(len(labels))]
    answers = [
        Submission(uuid4(), item, worker.worker_id, label, 1, 1, 0, False, False)
        for worker, label in zip(workers, labels, strict=True)
    ]
    return case_of(job(), [StoredItem(item, "", told, b"")], workers, [], answers)


def news(told: Result, labels: tuple[str, ...], *, final: bool = False, dropped: int = 0) -> tuple[Result, bool, bool]:
    one = case(told, labels)
    settled = settle(one.batch(), one.table(), one.job.memory)
    (found,) = item_news(one, settled, final=final, dropped=[dropped])
    return found.result, found.told, found.wants


def test_people_who_disagree_make_an_item_want_one_answer_more_than_hold_a_place() -> None:
    result, told, wants = news(Result(), ("cat", "dog"))
    assert (result.answers_wanted, told, wants) == (3, False, True)
    result, _, wants = news(Result(answers_wanted=3), ("cat", "dog"))
    assert (result.answers_wanted, wants) == (3, False)
    result, _, _ = news(Result(), ("cat", "dog"), dropped=1)
    assert result.answers_wanted == 2


def test_an_item_with_all_its_answers_is_told_once() -> None:
    result, told, wants = news(Result(), ("cat", "cat", "dog"))
    assert (result.label, result.revision, result.resolved, told, wants) == ("cat", 1, True, True, False)
    again, told_again, _ = news(result, ("cat", "cat", "dog"))
    assert (again, told_again) == (result, False)


def test_the_end_of_a_job_tells_results_that_were_never_certain() -> None:
    result, told, wants = news(Result(answers_wanted=3), ("dog", "dog"), final=True)
    assert (result.label, result.revision, told, wants) == ("dog", 1, True, False)


def test_a_verdict_on_gold_reads_like_ordinary_ones() -> None:
    assert events.told_reason(Policy.CONSENSUS, ACCEPTED, Reason.GOLD) is Reason.AGREED
    assert events.told_reason(Policy.CONSENSUS, REJECTED, Reason.GOLD) is Reason.UNLIKELY
    assert events.told_reason(Policy.GOLD, ACCEPTED, Reason.GOLD) is Reason.VALID
    assert events.told_reason(Policy.GOLD, REJECTED, Reason.GOLD) is Reason.GOLD
    assert [events.told_score(score) for score in (0.0, 0.123, 1.0)] == [0.01, 0.12, 0.99]


def test_every_final_reason_and_freeze_has_its_word_in_the_contract() -> None:
    waiting = {Reason.WAITING, Reason.NEWCOMER, Reason.FROZEN, Reason.CAPPED}
    assert set(Reason) - waiting == set(events.REASONS)
    assert set(FreezeReason) == set(events.FREEZES)


def test_gold_is_kept_back_until_its_worker_has_an_ordinary_verdict() -> None:
    worker, other, item = uuid4(), uuid4(), uuid4()
    on_gold, ordinary = given(REJECTED, worker, item), given(ACCEPTED, other)
    kept, same = gold_kept_back(job(), [on_gold, ordinary], {item}, Round())
    assert (kept.verdict.state, kept.verdict.reason, kept.revision) == (PENDING, Reason.GOLD, 0)
    assert same == ordinary
    company = [on_gold, given(ACCEPTED, worker)]
    assert gold_kept_back(job(), company, {item}, Round()) == company
    assert gold_kept_back(job(), [on_gold], {item}, Round(final=True)) == [on_gold]
    assert gold_kept_back(job(Policy.GOLD), [on_gold], {item}, Round()) == [on_gold]


@pytest.mark.parametrize(("accepted", "rejected", "freezes"), [(10, 10, False), (9, 11, True), (3, 8, False)])
def test_more_than_half_of_twenty_rejected_freezes_and_holds_those_rejections(
    accepted: int, rejected: int, freezes: bool
) -> None:
    decisions = [given(ACCEPTED) for _ in range(accepted)] + [given(REJECTED) for _ in range(rejected)]
    held, reason = frozen_where_due(job(), decisions, Round())
    assert (reason is FreezeReason.MANY_REJECTED) is freezes
    assert sum(one.rejects for one in held) == (0 if freezes else rejected)
    assert sum(one.final for one in held) == accepted + (0 if freezes else rejected)


def test_an_operators_word_is_not_followed_by_the_same_freeze() -> None:
    decisions = [given(REJECTED) for _ in range(30)]
    assert frozen_where_due(job(), decisions, Round(may_freeze=False)) == (decisions, None)
    reckoned = job(counts=Counts(60, 30, 30), freeze=Freeze(judged_from=30, rejected_from=30))
    assert frozen_where_due(reckoned, decisions[:19], Round())[1] is None


def test_the_clock_accepts_but_lets_judged_gold_stand() -> None:
    waiting = given(PENDING)
    assert waited_out(waiting, Reason.CLOCK).verdict == Verdict(ACCEPTED, Reason.CLOCK, 0.5)
    judged = Given(uuid4(), uuid4(), uuid4(), 1, 0, Verdict(PENDING, Reason.GOLD, 0.0))
    assert waited_out(judged, Reason.CLOCK).verdict == Verdict(REJECTED, Reason.GOLD, 0.0)
    assert waited_out(judged, Reason.REVIEW).verdict.state is ACCEPTED
