"""A typed client of Ilgam's public gRPC APIs; depends on nothing of Ilgam's but the contracts and the form of label schemas.

    async with await Client.connect("127.0.0.1:7500", Password("me@example.org", "...")) as client:
        answer = await client.tasks.ListJobs(tasks_pb.ListJobsRequest())

Calls sign in, renew tokens, and are repeated on passing failures: every changing RPC is safe to repeat.
"""

from services.sdk.channels import Channels
from services.sdk.claims import claim_items
from services.sdk.client import Client
from services.sdk.credentials import ApiKey, Credentials, Password, SignInCode
from services.sdk.errors import FieldViolation, IlgamError
from services.sdk.imports import import_items
from services.sdk.media import put_course_media, put_media
from services.sdk.requests import new_request_id
from services.sdk.retries import Patience
from services.sdk.schemas import check_label_schema

__all__ = [
    "ApiKey",
    "Channels",
    "Client",
    "Credentials",
    "FieldViolation",
    "IlgamError",
    "Password",
    "Patience",
    "SignInCode",
    "check_label_schema",
    "claim_items",
    "import_items",
    "new_request_id",
    "put_course_media",
    "put_media",
]
