"""Who listens to what, and the permissions that follow from it."""

import importlib

import pytest

from deploy.nats import events_page
from deploy.nats.permissions import permissions_of
from deploy.nats.topology import SERVICES, durables, durables_of, event_subject
from services.runtime.bus import subject_of


def test_a_subject_is_computed_from_the_messages_name() -> None:
    assert event_subject("tasks", "AnswersSubmitted") == "ilgam.tasks.v1.answers_submitted"


def test_the_bus_and_the_permissions_agree_on_every_subject() -> None:
    for service in SERVICES:
        file = importlib.import_module(f"ilgam.{service}.v1.{service}_events_pb2").DESCRIPTOR
        for event in events_page.events_of(service):
            assert event_subject(service, event.name) == subject_of(file.message_types_by_name[event.name])


def test_every_event_that_somebody_listens_to_exists() -> None:
    assert events_page.unknown_listened() == []


def test_the_events_page_is_what_the_contracts_say() -> None:
    assert events_page.main(["--check"]) == 0


def test_every_event_has_a_sentence() -> None:
    assert [event.name for service in SERVICES for event in events_page.events_of(service) if not event.sentence] == []


def test_no_pair_of_services_has_two_durables() -> None:
    assert len({durable.name for durable in durables()}) == len(durables())


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_use_only_its_own_subjects(service: str) -> None:
    allowed = permissions_of(service)["publish"]["allow"]
    own = {f"{durable.stream}.{durable.name}" for durable in durables_of(service)}
    assert f"ilgam.{service}.v1.*" in allowed
    assert not [subject for subject in allowed if subject.startswith("ilgam.") and f".{service}." not in subject]
    assert not [subject for subject in allowed if "CONSUMER" in subject and not subject.endswith(tuple(own))]
    assert permissions_of(service)["subscribe"] == {"allow": [f"_INBOX_{service}.>"]}
