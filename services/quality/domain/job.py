"""A job as quality knows it: its terms, its counters, its freeze and its close."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.labelling.values import Control
from services.quality.domain.evidence import JobMemory
from services.quality.domain.verdicts import FreezeReason, JobHistory, Policy

OUTCOMES = 2
"""Of an answer that is more than a label only this is counted: whether it fits what the others say, or differs."""


@dataclass(frozen=True)
class Terms:
    """What the company asked for.

    Attributes:
        labels: the labels to choose from, in the schema's order; the model counts in this order. Empty where there are
            controls.
        newcomer_answers: a worker's answers wait until so many are scored; 0: none waits.
        clock_seconds: answers that nobody judged are accepted after this time.
        controls: where more than a single choice is asked: what is asked; a job has them always or never.
    """

    job_id: UUID
    organisation_id: UUID
    annotation_type: int
    policy: Policy
    overlap_min: int
    overlap_max: int
    confidence_target: float
    reject_below: float
    newcomer_answers: int
    clock_seconds: int
    labels: tuple[str, ...]
    schema_version: int
    controls: tuple[Control, ...] = ()

    @property
    def structured(self) -> bool:
        """Whether answers are more than a label."""
        return bool(self.controls)

    @property
    def outcomes(self) -> int:
        """How many kinds of answers the model counts: labels, or answers that fit and that differ."""
        return OUTCOMES if self.structured else len(self.labels)


@dataclass(frozen=True)
class Freeze:
    """Why a job is frozen, if it is; how often that has changed; from which counts on the next freeze is reckoned."""

    reason: FreezeReason | None = None
    revision: int = 0
    time: datetime | None = None
    judged_from: int = 0
    rejected_from: int = 0


@dataclass(frozen=True)
class Counts:
    """Answers of a job: applied, judged for good, of these rejected."""

    answers: int = 0
    judged: int = 0
    rejected: int = 0

    def with_verdicts(self, accepted: int, rejected: int) -> "Counts":
        """After so many more verdicts."""
        return replace(self, judged=self.judged + accepted + rejected, rejected=self.rejected + rejected)


@dataclass(frozen=True, eq=False)
class Job:
    """One job.

    Attributes:
        revision: of the newest terms applied.
        gold_revision: every GoldProvided up to this one is applied.
        closed_answers: how many answers there are in all, once the job is closed; None while it is open.
        finished: the final results and verdicts are given.
        memory: what the model remembers.
    """

    terms: Terms
    revision: int
    gold_revision: int
    counts: Counts
    freeze: Freeze
    closed_answers: int | None
    finished: bool
    memory: JobMemory

    @property
    def frozen(self) -> bool:
        """Whether it waits for an operator."""
        return self.freeze.reason is not None

    @property
    def complete(self) -> bool:
        """Whether it is closed and every answer it ever had is here."""
        return self.closed_answers is not None and self.counts.answers >= self.closed_answers

    def history(self, accepted: int, rejected: int) -> JobHistory:
        """What counts for a freeze, after so many more verdicts."""
        return JobHistory(
            judged=self.counts.judged - self.freeze.judged_from + accepted + rejected,
            rejected=self.counts.rejected - self.freeze.rejected_from + rejected,
        )


def labels_merged(known: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    """The newest labels in their order, then those that only older answers may hold: none is ever lost."""
    return (*new, *(label for label in known if label not in new))


def gold_applied(revisions: list[int]) -> int:
    """The highest revision up to which none is missing, from those applied, counted from 1."""
    applied = 0
    for revision in sorted(revisions):
        if revision != applied + 1:
            break
        applied = revision
    return applied
