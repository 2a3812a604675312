"""ClaimItems that waits for a certificate on its way from one service to the other."""

import asyncio
import time

from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.sdk.client import Client
from services.sdk.errors import IlgamError

# A certificate unknown to tasks so long after its issue is missing, not late.
ACTIVATION_SECONDS = 30.0
ASK_SECONDS = 0.1


async def claim_items(
    client: Client, request: pb.ClaimItemsRequest, *, activation_seconds: float = ACTIVATION_SECONDS
) -> pb.ClaimItemsResponse:
    """Claim; a certificate that tasks has not heard of yet gets some time.

    Raises:
        IlgamError: as ClaimItems does.
    """
    end = time.monotonic() + activation_seconds
    while True:
        try:
            return await client.tasks.ClaimItems(request)
        except IlgamError as error:
            if error.reason != "CERTIFICATE_MISSING" or time.monotonic() >= end:
                raise
        await asyncio.sleep(ASK_SECONDS)
