"""The verdict on one answer, and when a job's rejections must stop."""

from dataclasses import dataclass
from enum import StrEnum

NEWCOMER_ANSWERS = 10
REJECT_BELOW = 0.05
NOISE_LIMIT = 0.95


class Policy(StrEnum):
    """How a job decides which answers it pays."""

    ALL = "all"
    GOLD = "gold"
    CONSENSUS = "consensus"
    REVIEW = "review"


class VerdictState(StrEnum):
    """Whether an answer is paid, not paid, or not decided yet."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why: the first eight stand on verdicts, the last four on answers that still wait."""

    GOLD = "gold"
    REVIEW = "review"
    UNLIKELY = "unlikely"
    NOISE = "noise"
    CLOCK = "clock"
    VALID = "valid"
    AGREED = "agreed"
    UNCERTAIN = "uncertain"
    WAITING = "waiting"
    NEWCOMER = "newcomer"
    FROZEN = "frozen"
    CAPPED = "capped"


@dataclass(frozen=True)
class Evidence:
    """All that decides one answer's verdict.

    Attributes:
        policy: the job's policy.
        likelihood: probability that the answer's label is true, given gold and the others' answers (0..1).
        confidence: calibrated confidence of the item's result (0..1).
        resolved: whether the item needs no further answer.
        scored_count: this worker's answers in the job that have a score, this one included, paid or not.
        noise: probability that the worker answers without looking, gold-anchored (0..1).
        gold_match: for a gold item, whether the answer is the known label; None on other items.
        review: what a reviewer said: True accepted, False rejected, None not reviewed.
        capped: company and reviewers may not reject any more.
        frozen: the job is frozen.
        clock_passed: the job's time to judge is over.
        job_closed: the job takes no more answers.
        confident_at: confidence from which a result may reject an answer.
        reject_below: likelihood under which a confident result rejects an answer.
        noise_limit: noise over which a worker's answers are rejected.
    """

    policy: Policy
    likelihood: float
    confidence: float
    resolved: bool
    scored_count: int
    noise: float = 0.0
    gold_match: bool | None = None
    review: bool | None = None
    capped: bool = False
    frozen: bool = False
    clock_passed: bool = False
    job_closed: bool = False
    confident_at: float = 0.9
    reject_below: float = REJECT_BELOW
    noise_limit: float = NOISE_LIMIT


@dataclass(frozen=True)
class Verdict:
    """The decision, its reason, and the score (0..1) shown to the worker."""

    state: VerdictState
    reason: Reason
    score: float


def decide(evidence: Evidence) -> Verdict:
    """The verdict on one answer by the job's policy.

    A person's judgement comes first, then the engine's; what nobody could judge is accepted when the clock passes.
    """
    score = _score(evidence)
    verdict = _frozen(evidence) or _reviewed(evidence) or _by_policy(evidence)
    state, reason = verdict
    if state is VerdictState.PENDING and evidence.clock_passed:
        state, reason = VerdictState.ACCEPTED, Reason.CLOCK
    return Verdict(state, reason, score)


def _score(evidence: Evidence) -> float:
    for known in (evidence.review, evidence.gold_match):
        if known is not None:
            return float(known)
    return min(1.0, max(0.0, evidence.likelihood))


def _frozen(evidence: Evidence) -> tuple[VerdictState, Reason] | None:
    return (VerdictState.PENDING, Reason.FROZEN) if evidence.frozen else None


def _reviewed(evidence: Evidence) -> tuple[VerdictState, Reason] | None:
    if evidence.review is None:
        return None
    if evidence.review:
        return VerdictState.ACCEPTED, Reason.REVIEW
    if evidence.capped:
        return VerdictState.PENDING, Reason.CAPPED
    return VerdictState.REJECTED, Reason.REVIEW


def _by_policy(evidence: Evidence) -> tuple[VerdictState, Reason]:
    if evidence.policy is Policy.ALL:
        return VerdictState.ACCEPTED, Reason.VALID
    if evidence.policy is Policy.REVIEW:
        return VerdictState.PENDING, Reason.WAITING
    return _by_evidence(evidence)


def _by_evidence(evidence: Evidence) -> tuple[VerdictState, Reason]:
    if evidence.scored_count < NEWCOMER_ANSWERS and not evidence.job_closed:
        return VerdictState.PENDING, Reason.NEWCOMER
    if evidence.gold_match is not None:
        return (VerdictState.ACCEPTED if evidence.gold_match else VerdictState.REJECTED), Reason.GOLD
    if evidence.noise > evidence.noise_limit:
        return VerdictState.REJECTED, Reason.NOISE
    if evidence.policy is Policy.GOLD:
        return VerdictState.ACCEPTED, Reason.VALID
    return _by_consensus(evidence)


def _by_consensus(evidence: Evidence) -> tuple[VerdictState, Reason]:
    if not evidence.resolved and not evidence.job_closed:
        return VerdictState.PENDING, Reason.WAITING
    if evidence.confidence < evidence.confident_at:
        return VerdictState.ACCEPTED, Reason.UNCERTAIN
    if evidence.likelihood < evidence.reject_below:
        return VerdictState.REJECTED, Reason.UNLIKELY
    return VerdictState.ACCEPTED, Reason.AGREED


FREEZE_JUDGED_MIN = 20
FREEZE_REJECTED_SHARE = 0.5
CAP_SHARE = 0.3
CAP_JUDGED_MIN = 20
RECENT_REVIEWS = 50
REVIEWER_BURST = 20
REVIEWER_BURST_SECONDS = 600


class FreezeReason(StrEnum):
    """Why a job stops until an operator has looked."""

    MANY_REJECTED = "many_rejected"
    MANY_REVIEWS_REJECT = "many_reviews_reject"
    REVIEWER_BURST = "reviewer_burst"


@dataclass(frozen=True)
class JobHistory:
    """What a job has decided so far.

    Attributes:
        judged: answers with a verdict, for any reason.
        rejected: of these, rejected for any reason.
        reviewed_recently: company and reviewer judgements among the last ``RECENT_REVIEWS``.
        review_rejected_recently: of these, rejections.
        reviewer_burst: the most rejections by one reviewer within ``REVIEWER_BURST_SECONDS``.
    """

    judged: int
    rejected: int
    reviewed_recently: int = 0
    review_rejected_recently: int = 0
    reviewer_burst: int = 0


def freeze_reason(history: JobHistory) -> FreezeReason | None:
    """Why the job must freeze now, or None."""
    if history.judged >= FREEZE_JUDGED_MIN and history.rejected > FREEZE_REJECTED_SHARE * history.judged:
        return FreezeReason.MANY_REJECTED
    recent = history.reviewed_recently
    if recent >= RECENT_REVIEWS and history.review_rejected_recently > CAP_SHARE * recent:
        return FreezeReason.MANY_REVIEWS_REJECT
    if history.reviewer_burst > REVIEWER_BURST:
        return FreezeReason.REVIEWER_BURST
    return None


def review_may_reject(judged: int, review_rejected: int) -> bool:
    """Whether a company or reviewer may reject one more of a job's answers: at most 30 % of 20 or more judged.

    Under 20 judged answers the cap is that of 20.
    """
    return review_rejected + 1 <= CAP_SHARE * max(judged, CAP_JUDGED_MIN)
