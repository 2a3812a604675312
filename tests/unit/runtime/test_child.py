"""Programs that a service starts: they begin whole, and end with whoever started them."""

import subprocess
import sys
from pathlib import Path

from services.runtime.child import Child

# As services run: on uvloop, with calls of gRPC under way. Started by uvloop, about one in fifty dies before it begins.
_STORM = """
import asyncio, os, sys
import grpc, uvloop
from grpc import aio
from services.runtime.child import Child

async def echo(request, _):
    return request

async def call(target):
    async with aio.insecure_channel(target) as channel:
        while True:
            await channel.unary_unary("/t.T/Echo")(b"x")

async def once():
    child = Child(["/bin/true"], environment={}, complaints=sys.stderr.buffer)
    return await child.ended(), await child.end()

async def main():
    server = aio.server()
    methods = {"Echo": grpc.unary_unary_rpc_method_handler(echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("t.T", methods),))
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    calls = asyncio.create_task(call(target))
    ends = [await once() for _ in range(500)]
    print({code for codes in ends for code in codes}, calls.done(), flush=True)
    os._exit(0)

uvloop.run(main())
"""


def test_programs_begin_whole_while_calls_are_under_way() -> None:
    done = subprocess.run([sys.executable, "-c", _STORM], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "{0} False"


async def test_what_a_program_says_is_heard_line_by_line_and_a_cut_off_line_is_not(tmp_path: Path) -> None:
    with (tmp_path / "words").open("wb") as words:
        child = Child(["/bin/sh", "-c", "echo one; echo two; echo no >&2; printf cut; exit 3"], environment={}, complaints=words)  # fmt: skip
    assert [line async for line in child.lines(100)] == [b"one\n", b"two\n"]
    assert await child.ended() == 3
    assert await child.end() == 3
    assert (tmp_path / "words").read_text() == "no\n"


async def test_a_program_that_is_given_up_is_ended(tmp_path: Path) -> None:
    with (tmp_path / "words").open("wb") as words:
        child = Child(["/bin/sleep", "60"], environment={}, complaints=words)
    assert await child.end() == -9
