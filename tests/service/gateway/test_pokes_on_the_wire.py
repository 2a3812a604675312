"""Server-sent events: a page hears that something of its person happened, and nothing of anybody else's."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from services.gateway.pokes import STREAMS_OF_A_PERSON_MAX
from tests.service.gateway.conftest import Surfer
from tests.support.market import Market, claim, claimable, submit
from tests.support.service import eventually


@dataclass
class Heard:
    """What a stream has said so far."""

    pokes: int = 0
    is_open: bool = False
    other: str = ""


@asynccontextmanager
async def listening(surfer: Surfer, address: str = "/live") -> AsyncIterator[Heard]:
    heard = Heard()

    async def listen() -> None:
        async with surfer.stream("GET", address, timeout=60) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            heard.is_open = True
            async for line in answer.aiter_lines():
                if line == "event: poke":
                    heard.pokes += 1
                elif line.strip(": ") and line.strip() != "data:":
                    heard.other += line

    task = asyncio.create_task(listen())
    await eventually(lambda: heard.is_open or task.done())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_an_event_of_a_worker_pokes_that_worker_and_nobody_else(
    surfer: Surfer, another: Surfer, market: Market
) -> None:
    other, company = await market.person(), await market.company(50_000)
    job_id, one = await market.open_job(company), await market.worker()
    # What was told of the other's own beginning has long passed when this has come through.
    await claimable(one, job_id)
    await surfer.sign_in(one)
    await another.sign_in(other)
    async with listening(surfer) as mine, listening(another) as theirs:
        await claim(one, job_id, 1)
        await eventually(lambda: mine.pokes > 0)
        # On a slow machine what is told of the other's own beginning comes as late as this.
        mine_before, theirs_before = mine.pokes, theirs.pokes
        await claim(one, job_id, 1)
        await eventually(lambda: mine.pokes > mine_before)
        assert (await another.get("/healthz")).status_code == 200
        assert theirs.pokes == theirs_before
        await market.certify(other)
        await eventually(lambda: theirs.pokes > theirs_before)
        assert mine.other == theirs.other == ""


async def test_a_company_hears_of_its_job_and_not_of_a_job_that_is_not_its_own(
    surfer: Surfer, another: Surfer, market: Market
) -> None:
    company, stranger = await market.company(50_000), await market.company()
    job_id = await market.open_job(company)
    worker = await market.worker()
    await claimable(worker, job_id)
    await surfer.sign_in(company)
    await another.sign_in(stranger)
    async with listening(surfer, f"/live?job={job_id}") as heard:
        before = heard.pokes
        await submit(worker, await claim(worker, job_id, 2))
        await eventually(lambda: heard.pokes > before)
    refused = await another.get(f"/live?job={job_id}")
    assert refused.status_code == 404


async def test_nobody_hears_anything(surfer: Surfer) -> None:
    assert (await surfer.get("/live")).status_code == 303
    refused = await surfer.get("/live", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["reason"]) == (401, "SESSION_ENDED")


async def test_a_stream_ends_with_its_session_though_one_event_follows_the_other(
    surfer: Surfer, market: Market
) -> None:
    company = await market.company()
    await surfer.sign_in(company)
    async with surfer.stream("GET", "/live", timeout=60) as answer:
        assert (await surfer.act("/sign-out")).status_code == 303

        async def listen() -> None:
            async for _ in answer.aiter_lines():
                pass

        listening = asyncio.create_task(listen())

        async def ended() -> bool:
            await market.deposit(company, 1_000)
            return listening.done()

        await eventually(ended)


async def test_a_person_who_opens_stream_after_stream_is_stopped(surfer: Surfer, market: Market) -> None:
    await surfer.sign_in(await market.person())
    async with AsyncExitStack() as streams:
        for _ in range(STREAMS_OF_A_PERSON_MAX):
            answer = await streams.enter_async_context(surfer.stream("GET", "/live", timeout=60))
            assert answer.status_code == 200
        assert (await surfer.get("/live")).status_code == 429
