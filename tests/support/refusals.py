"""What a service says when it refuses, read as programs read it."""

from collections.abc import Awaitable
from typing import Any

import pytest
from grpc import aio

from services.sdk.errors import IlgamError


async def refusal(call: Awaitable[Any]) -> IlgamError:
    """The error that a call ends with; fails when it succeeds."""
    with pytest.raises(aio.AioRpcError) as caught:
        await call
    return IlgamError.of(caught.value)


def fields_of(error: IlgamError) -> list[str]:
    """The paths of the fields that an error names."""
    return [violation.field for violation in error.violations]
