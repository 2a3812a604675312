"""NoticesService: what people are told."""

from __future__ import annotations

from ilgam.accounts.v1 import notices_service_pb2_grpc as pb_grpc

from services.runtime.database import Database


class NoticesServicer(pb_grpc.NoticesServiceServicer):
    """Notices of the caller."""

    def __init__(self, database: Database) -> None:
        self._database = database
