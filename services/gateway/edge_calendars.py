"""Reads calendar feeds as the web's edge: their address holds a secret and nobody is signed in."""

from __future__ import annotations

import grpc
from ilgam.workers.v1 import consultations_service_pb2 as pb
from ilgam.workers.v1.consultations_service_pb2_grpc import ConsultationsServiceStub

from services.sdk import IlgamError
from services.sdk.channels import Channels

_CALL_SECONDS = 5.0


class EdgeCalendars:
    """Calls workers as the web's edge."""

    def __init__(self, channels: Channels, edge_key: str) -> None:
        self._stub = ConsultationsServiceStub(channels["workers"])
        self._edge_key = edge_key

    async def read(self, token: str) -> pb.GetCalendarContentResponse:
        """What the feed with a token shows; raises IlgamError, NOT_FOUND where nobody's has it."""
        metadata = (("ilgam-edge-key", self._edge_key),)
        request = pb.GetCalendarContentRequest(token=token)
        try:
            answer: pb.GetCalendarContentResponse = await self._stub.GetCalendarContent(
                request, metadata=metadata, timeout=_CALL_SECONDS
            )
        except grpc.aio.AioRpcError as error:
            raise IlgamError.of(error) from None
        return answer
