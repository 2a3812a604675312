"""What a contract says of a field is held, and the path says which one."""

import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from ilgam.accounts.v1 import accounts_service_pb2 as accounts
from ilgam.payments.v1 import payments_service_pb2 as payments
from ilgam.tasks.v1 import tasks_service_pb2 as tasks
from ilgam.workers.v1 import workers_service_pb2 as workers

from services.runtime.field_rules import violations_of

ID = "018f3c5e-7a11-7c3e-9d1b-2f6a4c8e0b5d"
CASES: list[tuple[Message, list[str]]] = [
    (tasks.GetJobRequest(job_id=ID), []),
    (tasks.GetJobRequest(), ["job_id"]),
    (tasks.GetJobRequest(job_id="x"), ["job_id"]),
    (tasks.GetJobRequest(job_id=ID.upper()), ["job_id"]),
    (tasks.ClaimItemsRequest(request_id=ID, job_id=ID, count=101), ["count"]),
    (tasks.ClaimItemsRequest(request_id=ID, job_id=ID, item_ids=[ID, "y"]), ["item_ids[1]"]),
    (tasks.SubmitAnswersRequest(), ["answers"]),
    (tasks.SubmitAnswersRequest(answers=[tasks.Answer(assignment_id="z")]), ["answers[0].assignment_id", "answers[0].answer_json"]),
    (payments.RecordDepositRequest(request_id=ID, organisation_id=ID, amount_krw=-5, bank_reference="a"), ["amount_krw"]),
    (payments.RecordDepositRequest(request_id=ID, organisation_id=ID, bank_reference="a"), ["amount_krw"]),
    (accounts.SignInRequest(email="nobody", password="x"), ["email"]),
    (accounts.CreateOrganisationRequest(request_id=ID, name="a\0b"), ["name"]),
    (accounts.CreateOrganisationRequest(request_id=ID, name="가" * 121), ["name"]),
    (
        workers.RestrictWorkerRequest(
            request_id=ID, worker_id=ID, kind=99, reason="r", until_time=Timestamp(seconds=-1)  # type: ignore[arg-type]  # an unknown value on purpose
        ),
        ["kind", "until_time"],
    ),
    (
        tasks.CreateJobRequest(
            request_id=ID,
            organisation_id=ID,
            spec=tasks.JobSpec(
                title="t", annotation_type=1, label_schema_json="{}", price_krw=1, confidence_target=float("nan")  # type: ignore[arg-type]  # by number
            ),
        ),
        ["spec.confidence_target"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("request_message", "fields"), CASES)
def test_each_wrong_field_is_named_by_its_path(request_message: Message, fields: list[str]) -> None:
    assert [violation.field for violation in violations_of(request_message)] == fields


def test_a_violation_never_repeats_the_value() -> None:
    secret = "hunter2-hunter2"
    request = accounts.SignInRequest(email=secret, password=secret * 20)
    texts = [violation.description for violation in violations_of(request)]
    assert texts
    assert not any("hunter2" in text for text in texts)


def test_a_broken_rule_has_a_name_that_programs_can_put_into_words() -> None:
    request = accounts.RegisterAccountRequest(request_id="x", email="none", password="short")
    rules = {violation.field: violation.rule for violation in violations_of(request)}
    assert rules == {"request_id": "UUID", "email": "EMAIL", "password": "LENGTH_MIN_10", "display_name": "REQUIRED"}
