"""Waits until quality has looked at everything that was handed in, and lets a frozen job go on."""

import asyncio
import time

from ilgam.quality.v1 import quality_service_pb2 as quality_pb
from ilgam.tasks.v1 import tasks_events_pb2, tasks_service_pb2

from services.cli.market.company import progress_of
from services.cli.running import CommandError
from services.sdk import Client, IlgamError, new_request_id

# A process that was killed gives its messages back after 30 s at the latest.
STILL_SECONDS = 120.0
ASK_SECONDS_MIN = 0.02
ASK_SECONDS_MAX = 0.5


async def all_judged(operator: Client, job_id: str) -> tasks_service_pb2.GetJobProgressResponse:
    """Wait until as many answers are judged as were submitted.

    Raises:
        CommandError: nothing moves any more.
    """
    pause, last, moved = ASK_SECONDS_MIN, -1, time.monotonic()
    while True:
        progress = await progress_of(operator, job_id)
        if progress.judged_count >= progress.submitted_count:
            return progress
        if progress.judged_count != last:
            last, moved, pause = progress.judged_count, time.monotonic(), ASK_SECONDS_MIN
        elif time.monotonic() - moved >= STILL_SECONDS:
            raise CommandError(
                f"job {job_id}: {progress.judged_count} of {progress.submitted_count} answers are judged, none for {STILL_SECONDS:.0f} s"
            )
        await asyncio.sleep(pause)
        pause = min(pause * 1.3, ASK_SECONDS_MAX)


async def unfreeze(operator: Client, job_id: str) -> bool:
    """As the operator, let a frozen job go on; whether it was frozen."""
    quality = await operator.quality.GetJobQuality(quality_pb.GetJobQualityRequest(job_id=job_id))
    if not quality.frozen:
        return False
    try:
        await operator.quality.DecideFreeze(
            quality_pb.DecideFreezeRequest(
                request_id=new_request_id(), job_id=job_id, decision=quality_pb.FREEZE_DECISION_RESUME
            )
        )
    except IlgamError as error:
        if error.reason != "JOB_STATE":
            raise
    return True


def is_frozen(error: IlgamError) -> bool:
    """Whether a call failed because its job is frozen."""
    return error.reason == "JOB_STATE" and error.metadata.get("state", "").endswith(
        tasks_events_pb2.JobState.Name(tasks_events_pb2.JOB_STATE_FROZEN).removeprefix("JOB_STATE_")
    )
