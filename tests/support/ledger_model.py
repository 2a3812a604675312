"""The money rules once more, as plainly as they can be said: what the payments service is compared with."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Answer:
    """An answer by its latest verdict: what it cost is its unit while it is accepted."""

    revision: int
    state: str
    publish_no: int


@dataclass
class Job:
    """A job's money, counted in the simplest way."""

    company: int
    escrow: int = 0
    units: dict[int, tuple[int, int]] = field(default_factory=dict)  # publish_no: (price, price + fee + VAT)
    reserved: dict[int, int] = field(default_factory=dict)  # budgets in escrow that may still be given back
    keeps: dict[int, bool] = field(default_factory=dict)  # publish_no: whether rejections may be appealed
    answers: dict[int, Answer] = field(default_factory=dict)
    closed: int = 0
    submitted: int = 0
    appealable: bool = False
    lent: int = 0
    parked: list[Any] = field(default_factory=list)


class LedgerModel:
    """Balances in dictionaries; every event is applied at once or parked."""

    def __init__(self) -> None:
        self.available: defaultdict[int, int] = defaultdict(int)
        self.earned: defaultdict[int, int] = defaultdict(int)
        self.fees = 0
        self.appeals = 0
        self.deposited = 0
        self.jobs: dict[int, Job] = {}
        self.early: defaultdict[int, list[Any]] = defaultdict(list)

    def deposit(self, company: int, krw: int) -> None:
        self.available[company] += krw
        self.deposited += krw

    def publish(
        self, job_no: int, company: int, publish_no: int, answers: int, unit: tuple[int, int], *, keeps: bool
    ) -> None:
        job = self.jobs.setdefault(job_no, Job(company))
        if publish_no in job.units:
            return
        job.units[publish_no] = unit
        job.keeps[publish_no] = keeps
        budget = answers * unit[1]
        if budget <= self.available[job.company]:
            self.available[job.company] -= budget
            job.escrow += budget
            job.reserved[publish_no] = budget
        self._release(job)
        waiting, self.early[job_no] = self.early[job_no], []
        kinds = dict.fromkeys(kind for kind, _ in waiting)
        for kind in kinds:
            same = [event for other, event in waiting if other == kind]
            if kind == "verdicts":
                self.verdicts(job_no, same)
            else:
                for event in same:
                    self.close(job_no, *event) if kind == "close" else self.cancel(job_no, event)

    def verdicts(self, job_no: int, events: list[list[tuple[int, int, int, str, int]]]) -> None:
        """Each event is a list of (answer, worker, publish_no, state, revision)."""
        job = self.jobs.get(job_no)
        known = [event for event in events if job and all(verdict[2] in job.units for verdict in event)]
        self.early[job_no] += [("verdicts", event) for event in events if event not in known]
        if job is None or not known:
            return
        freed = needed = 0
        changed = False
        latest = sorted((verdict for event in known for verdict in event), key=lambda verdict: -verdict[4])
        for number, worker, publish_no, state, revision in latest:
            before = job.answers.get(number, Answer(0, "PENDING", publish_no))
            if revision <= before.revision:
                continue
            changed = True
            job.answers[number] = Answer(revision, state, publish_no)
            for sign, answer in ((-1, before), (1, job.answers[number])):
                if answer.state == "ACCEPTED":
                    price, unit = job.units[answer.publish_no]
                    self.earned[worker] += sign * price
                    self.fees += sign * (unit - price)
                    needed += unit if sign > 0 else 0
                    freed += unit if sign < 0 else 0
        job.escrow += freed
        from_escrow = min(needed, job.escrow)
        from_company = min(needed - from_escrow, self.available[job.company])
        lent = needed - from_escrow - from_company
        job.escrow -= from_escrow
        self.available[job.company] -= from_company
        self.appeals -= lent
        job.lent += lent
        if changed:
            self._release(job)

    def close(self, job_no: int, revision: int, submitted: int) -> None:
        job = self.jobs.get(job_no)
        if job is None:
            self.early[job_no].append(("close", (revision, submitted)))
            return
        if revision > job.closed:
            job.closed, job.submitted, job.appealable = revision, submitted, any(job.keeps.values())
        self._release(job)

    def cancel(self, job_no: int, publish_no: int) -> None:
        job = self.jobs.get(job_no)
        if job is None or publish_no not in job.units:
            self.early[job_no].append(("cancel", publish_no))
            return
        self._give(job, min(job.reserved.pop(publish_no, 0), job.escrow))

    def end_appeals(self) -> None:
        for job in self.jobs.values():
            if self._is_judged(job):
                self._give(job, job.escrow)

    def total(self) -> int:
        """Everything there is: it must be what was ever deposited."""
        escrows = sum(job.escrow for job in self.jobs.values())
        return sum(self.available.values()) + escrows + sum(self.earned.values()) + self.fees + self.appeals

    def _is_judged(self, job: Job) -> bool:
        return job.closed > 0 and sum(a.state != "PENDING" for a in job.answers.values()) >= job.submitted

    def _release(self, job: Job) -> None:
        if self._is_judged(job):
            rejected = [answer for answer in job.answers.values() if answer.state == "REJECTED"]
            kept = sum(job.units[answer.publish_no][1] for answer in rejected) if job.appealable else 0
            self._give(job, max(0, job.escrow - kept))

    def _give(self, job: Job, krw: int) -> None:
        repaid = min(krw, job.lent)
        job.lent -= repaid
        self.appeals += repaid
        job.escrow -= krw
        self.available[job.company] += krw - repaid
