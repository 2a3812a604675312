"""Quality's RPCs: they convert, call one use case, and convert back."""

from collections.abc import AsyncIterator
from typing import Any

from grpc import aio
from ilgam.common.v1 import common_pb2
from ilgam.quality.v1 import quality_events_pb2 as events_pb
from ilgam.quality.v1 import quality_service_pb2 as pb
from ilgam.quality.v1 import quality_service_pb2_grpc as pb_grpc

from services.quality import events
from services.quality.domain.learning import SkillState
from services.quality.domain.results import ItemNews
from services.quality.domain.verdicts import VerdictState
from services.quality.store.queries import lists
from services.quality.use_cases import show_quality
from services.quality.use_cases.decide_freeze import decide_freeze
from services.quality.use_cases.settle_case import fetch
from services.runtime.auth import Caller, current_caller
from services.runtime.bodies import Bodies
from services.runtime.database import Database, Transaction
from services.runtime.paging import cursor_of, encode_token, page_size
from services.runtime.requests import run_once
from services.runtime.wire import to_timestamp, uuid_of

AUDIT_PAGE = 1_000
PLACE_MAX = 2**63 - 1

Context = aio.ServicerContext[Any, Any]


class QualityServicer(pb_grpc.QualityServiceServicer):
    """How good answers are, and what follows from it."""

    def __init__(self, database: Database, bodies: Bodies | None) -> None:
        self._database = database
        self._bodies = bodies

    async def GetJobQuality(self, request: pb.GetJobQualityRequest, _: Context) -> pb.GetJobQualityResponse:
        """A job's verdicts in numbers."""
        async with self._database.transaction() as tx:
            found = await show_quality.job_quality(tx, current_caller(), uuid_of(request.job_id))
        freeze = found.job.freeze.reason
        return pb.GetJobQualityResponse(
            answer_count=found.job.counts.answers,
            reasons=[_reason_count(one) for one in found.reasons],
            resolved_count=found.resolved_count,
            mean_confidence=found.mean_confidence,
            frozen=freeze is not None,
            freeze_reason=events_pb.FREEZE_REASON_UNSPECIFIED if freeze is None else events.FREEZES[freeze],
        )

    async def ListVerdicts(self, request: pb.ListVerdictsRequest, _: Context) -> pb.ListVerdictsResponse:
        """The latest verdicts that the caller may see, newest first."""
        caller = current_caller()
        limit = page_size(request.page_size)
        asked = show_quality.VerdictsAsked(
            job_id=uuid_of(request.job_id) if request.job_id else None,
            before=cursor_of(request.page_token, _place),
            limit=limit + 1,
        )
        async with self._database.transaction() as tx:
            found = await show_quality.verdicts_for(tx, caller, asked)
        shown = found[:limit]
        token = encode_token(before=shown[-1].verdict_no) if len(found) > limit else ""
        return pb.ListVerdictsResponse(verdicts=[_entry(one, caller) for one in shown], next_page_token=token)

    async def GetItemResult(self, request: pb.GetItemResultRequest, _: Context) -> pb.GetItemResultResponse:
        """An item's result: its label with the probability of each, or its annotation."""
        item_id = uuid_of(request.item_id)
        async with self._database.transaction() as tx:
            job, item = await show_quality.item_result(tx, current_caller(), item_id)
        # With nothing locked: the store may take its time.
        sha256 = item.result.body_sha256
        bodies = await fetch(self._bodies, job.terms.job_id, [sha256]) if sha256 else [""]
        labels = zip(job.terms.labels, item.probabilities, strict=False)
        return pb.GetItemResultResponse(
            result=events.result_of(ItemNews(item_id, item.result, told=False, wants=False)),
            resolved=item.result.resolved,
            labels=[pb.LabelProbability(label=label, probability=share) for label, share in labels],
            answer_json=bodies[0],
        )

    async def GetWorkerSkills(self, request: pb.GetWorkerSkillsRequest, _: Context) -> pb.GetWorkerSkillsResponse:
        """A worker's skills with their intervals."""
        worker_id = uuid_of(request.worker_id) if request.worker_id else None
        async with self._database.transaction() as tx:
            found = await show_quality.skills_for(tx, current_caller(), worker_id)
        return pb.GetWorkerSkillsResponse(skills=[_skill(state) for state in found])

    async def DecideFreeze(self, request: pb.DecideFreezeRequest, _: Context) -> pb.DecideFreezeResponse:
        """Lets a frozen job go on, judging or accepting what is pending."""
        accept = request.decision == pb.FREEZE_DECISION_ACCEPT_PENDING

        async def act(tx: Transaction) -> pb.DecideFreezeResponse:
            await decide_freeze(tx, self._bodies, uuid_of(request.job_id), accept_pending=accept)
            return pb.DecideFreezeResponse()

        return await run_once(self._database, request, pb.DecideFreezeResponse, act)

    async def StreamAudit(self, request: pb.StreamAuditRequest, _: Context) -> AsyncIterator[pb.StreamAuditResponse]:
        """One fact for each answer, in the order of the ids."""
        del request
        async with self._database.transaction() as tx:
            async for answers in lists.audited_answers(tx.connection, AUDIT_PAGE):
                yield pb.StreamAuditResponse(facts=[_fact(answer) for answer in answers])


def _place(values: dict[str, Any]) -> int:
    place = values["before"]
    if not isinstance(place, int) or not 0 <= place <= PLACE_MAX:
        raise ValueError(place)
    return place


def _reason_count(one: lists.ReasonCount) -> pb.ReasonCount:
    # Why an answer waits has no reason of the contract: it is no verdict yet.
    reason = events_pb.VERDICT_REASON_UNSPECIFIED if one.state is VerdictState.PENDING else events.REASONS[one.reason]
    return pb.ReasonCount(state=events.STATES[one.state], reason=reason, count=one.count)


def _entry(listed: lists.ListedVerdict, caller: Caller) -> pb.VerdictEntry:
    verdict = events.verdict_of(listed.policy, listed.given)
    if not caller.is_operator:
        if listed.given.worker_id == caller.account_id:
            verdict.item_id = ""
        else:
            verdict.worker_id = ""
    return pb.VerdictEntry(verdict=verdict, verdict_time=to_timestamp(listed.verdict_time), job_id=str(listed.job_id))


def _skill(state: SkillState) -> pb.WorkerSkill:
    return pb.WorkerSkill(
        annotation_type=common_pb2.AnnotationType.ValueType(state.annotation_type),
        interval=events.interval_of(state),
        gold_right_count=round(state.sums.gold_right),
        gold_count=round(state.sums.gold_right + state.sums.gold_wrong),
    )


def _fact(answer: lists.AuditedAnswer) -> common_pb2.AuditFact:
    return common_pb2.AuditFact(
        kind=common_pb2.AUDIT_KIND_ANSWER,
        id=str(answer.answer_id),
        job_id=str(answer.job_id),
        item_id=str(answer.item_id),
        worker_id=str(answer.worker_id),
        state=answer.state.value,
        revision=answer.revision,
        accepted=answer.state is VerdictState.ACCEPTED,
    )
