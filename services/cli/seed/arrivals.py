"""After the burst: now and then somebody new applies, and a learner finishes a module, so that operators' pages live."""

import asyncio
import random
from dataclasses import dataclass, field

from ilgam.accounts.v1 import accounts_service_pb2 as accounts_pb
from ilgam.workers.v1 import programmes_service_pb2 as pb

from services.cli.market.company import once_known
from services.cli.running import CommandError
from services.cli.seed.learners import AGE_BANDS, Learner, made_up_name, others
from services.cli.seed.learning import learn
from services.cli.seed.people import Worker
from services.cli.seed.programmes import Programme, list_cohorts
from services.cli.seed.school import signed_in
from services.sdk import Client, IlgamError, SignInCode, new_request_id
from services.sdk.demo import DOMAIN

APPLY_SECONDS, LEARN_SECONDS = 45.0, 35.0
# What is left for those who look at the demo.
KEPT_SEATS = 3
LEARNERS_MAX = 4


@dataclass
class Arrivals:
    """Applicants and learners, for ever.

    Attributes:
        operator: opens the applicants' accounts.
        running: the programme.
        graduate_count: how many simulated graduates have seats in it.
        apply_seconds: how long until somebody applies.
        learn_seconds: how long until somebody finishes a module.
    """

    operator: Client
    running: Programme
    graduate_count: int
    apply_seconds: float = APPLY_SECONDS
    learn_seconds: float = LEARN_SECONDS
    _learners: dict[str, Worker] = field(default_factory=dict, init=False)

    async def go_on(self) -> None:
        """Until it is cancelled; what fails is tried again the next time."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._applicants())
            group.create_task(self._learning())

    async def apply(self) -> bool:
        """Somebody new applies for a cohort that is open; false where none has seats to spare."""
        cohorts = await list_cohorts(self.operator, self.running.programme_id)
        free = [cohort for cohort in cohorts if _has_seats(cohort)]
        if not free:
            return False
        worker_id, client = await self._newcomer()
        request = pb.EnrolInCohortRequest(
            request_id=new_request_id(),
            cohort_id=free[0].cohort_id,
            residence_declared=True,
            age_band=AGE_BANDS[int(worker_id[-2:], 16) % len(AGE_BANDS)],
        )
        await once_known(lambda: client.programmes.EnrolInCohort(request))
        return True

    async def study(self, learner: Learner) -> int:
        """A learner finishes one more module; 0 when they are through with all."""
        if learner.email not in self._learners:
            self._learners[learner.email] = await signed_in(self.operator, learner, "")
        return await learn(self._learners[learner.email], self.running.programme_id, 1)

    async def _newcomer(self) -> tuple[str, Client]:
        name = new_request_id()
        row = accounts_pb.ImportAccountRow(
            email=f"a{name[:8]}@{DOMAIN}",
            display_name=made_up_name(random.Random(name)),  # noqa: S311  (a name, not a secret)
            roles=[accounts_pb.ROLE_WORKER],
        )
        request = accounts_pb.ImportAccountsRequest(request_id=new_request_id(), rows=[row])
        verdict = (await self.operator.accounts.ImportAccounts(request)).verdicts[0]
        if not verdict.sign_in_code:
            raise CommandError(f"an applicant's account was not made: {verdict.detail}")
        return verdict.account_id, await self.operator.sibling(SignInCode(row.email, verdict.sign_in_code))

    async def _applicants(self) -> None:
        while True:
            await asyncio.sleep(self.apply_seconds)
            try:
                await self.apply()
            except IlgamError:
                # The trickle of work says that services do not answer.
                continue

    async def _learning(self) -> None:
        learners = [learner for learner in others(self.graduate_count) if learner.signs_in][:LEARNERS_MAX]
        turn = 0
        while True:
            await asyncio.sleep(self.learn_seconds)
            try:
                await self.study(learners[turn % len(learners)])
            except IlgamError:
                continue
            turn += 1


def _has_seats(cohort: pb.Cohort) -> bool:
    open_now = cohort.state == pb.COHORT_STATE_OPEN and not cohort.waiting_count
    return open_now and cohort.taken_count < cohort.terms.seat_count - KEPT_SEATS
