"""What every contract and event keeps to."""

import importlib
from pathlib import Path

import ilgam
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor
from ilgam.common.v1 import common_pb2
from ilgam.errors.v1 import errors_pb2

from services.core.errors import Reason
from services.runtime.bus import subject_of
from services.runtime.contracts import contracts_of

LINES_MAX = 300
SERVICES = ("accounts", "workers", "tasks", "quality", "payments")


def all_files() -> list[FileDescriptor]:
    root = Path(next(iter(ilgam.__path__)))
    names = [
        ".".join(("ilgam", *file.relative_to(root).with_suffix("").parts))
        for kind in ("service", "events")
        for file in sorted(root.rglob(f"*_{kind}_pb2.py"))
    ]
    assert len(names) > 2 * len(SERVICES)
    return [importlib.import_module(name).DESCRIPTOR for name in names]


def product_sources(folder: str = "services") -> list[str]:
    """What the services are made of, without tests and migrations."""
    files = [file for file in Path(folder).rglob("*.py") if "migrations" not in file.parts]
    return [file.read_text(encoding="utf-8") for file in files]


def all_services() -> list[ServiceDescriptor]:
    return [service for file in all_files() for service in file.services_by_name.values()]


@pytest.mark.parametrize("service", all_services(), ids=lambda one: one.name)
def test_every_rpc_declares_who_may_call_it(service: ServiceDescriptor) -> None:
    undeclared = [method for method, contract in contracts_of(service).items() if not contract.declared]
    assert undeclared == []


def test_every_event_begins_with_its_id_and_its_time() -> None:
    for service in SERVICES:
        file = importlib.import_module(f"ilgam.{service}.v1.{service}_events_pb2").DESCRIPTOR
        for name, message in file.message_types_by_name.items():
            if "event_id" not in message.fields_by_name:
                # A value inside events, not an event: nothing may be listening to it.
                continue
            assert message.fields_by_name["event_id"].number == 1, name
            assert message.fields_by_name["occur_time"].number == 2, name


def test_the_subject_of_an_event_is_computed_from_its_type() -> None:
    event = descriptor_pool.Default().FindMessageTypeByName("ilgam.tasks.v1.AnswersSubmitted")
    assert subject_of(event) == "ilgam.tasks.v1.answers_submitted"
    assert subject_of(event, "t1") == "t1.ilgam.tasks.v1.answers_submitted"


def test_reasons_in_code_and_in_the_contract_are_the_same() -> None:
    contract = {name.removeprefix("ERROR_REASON_") for name in errors_pb2.ErrorReason.DESCRIPTOR.values_by_name} - {
        "UNSPECIFIED"
    }
    assert {reason.value for reason in Reason} == contract


def test_every_reason_of_the_contract_is_given_by_somebody() -> None:
    # These came with the first release, which contracts cannot take back: other refusals and verdicts say it today.
    released = {Reason.EMAIL_TAKEN, Reason.FUNDS_MISSING, Reason.DUPLICATE}
    code = "".join(product_sources())
    assert {reason for reason in Reason if f"Reason.{reason.name}" not in code} == released


def test_every_notice_of_the_contract_is_sent_by_somebody() -> None:
    sent = "".join(product_sources("services/workers"))
    names = [name.removeprefix("NOTICE_TEMPLATE_") for name in common_pb2.NoticeTemplate.keys()[1:]]
    assert [name for name in names if f'"{name}"' not in sent] == []


def test_no_file_is_longer_than_300_lines() -> None:
    files = [
        file
        for folder in ("services", "deploy", "tests")
        for file in Path(folder).rglob("*.py")
        if "web" not in file.parts
    ]
    long = {str(file) for file in files if len(file.read_text(encoding="utf-8").splitlines()) > LINES_MAX}
    assert long == set()


def test_every_mutating_rpc_takes_a_request_id_or_says_why_not() -> None:
    # These change nothing, or are keyed by something else: assignment, secret, the session, the content or whole state they set.
    reading = ("Get", "List", "Stream", "Export", "Verify", "Estimate", "Check")
    keyed_otherwise = {
        "SignIn", "Reauthenticate", "RefreshSession", "SignOut", "ExchangeApiKey",
        "ContinueSession", "SetPreferences", "PutMedia", "PutCourseMedia",
        "ImportItems", "SaveDrafts", "SubmitAnswers", "ReturnItems", "ReplayDeadLetter", "RepublishEvents",
    }  # fmt: skip
    missing = [
        method.full_name
        for service in all_services()
        for method in service.methods
        if not method.name.startswith(reading)
        and method.name not in keyed_otherwise
        and "request_id" not in method.input_type.fields_by_name
    ]
    assert missing == []
