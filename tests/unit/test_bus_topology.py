"""Who listens to what, and the permissions that follow from it."""

import importlib
from pathlib import Path

import pytest

from deploy.local.secret_files import load_or_create
from deploy.nats import events_page
from deploy.nats.permissions import permissions_of
from deploy.nats.topology import SERVICES, durables, durables_of, event_subject
from services.runtime.bus import subject_of
from services.runtime.database import Database
from services.runtime.rates import load_rates
from services.runtime.server import Runtime
from services.runtime.settings import Settings


def test_a_subject_is_computed_from_the_messages_name() -> None:
    assert event_subject("tasks", "AnswersSubmitted") == "ilgam.tasks.v1.answers_submitted"


def test_the_bus_and_the_permissions_agree_on_every_subject() -> None:
    for service in SERVICES:
        file = importlib.import_module(f"ilgam.{service}.v1.{service}_events_pb2").DESCRIPTOR
        for event in events_page.events_of(service):
            assert event_subject(service, event.name) == subject_of(file.message_types_by_name[event.name])


def test_every_event_that_somebody_listens_to_exists() -> None:
    assert events_page.unknown_listened() == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_given_exactly_the_events_that_it_handles(service: str, tmp_path: Path) -> None:
    load_or_create(tmp_path)
    settings = Settings(service=service, secrets_dir=tmp_path)
    # Built, never connected.
    runtime = Runtime(settings, Database("postgresql+asyncpg://nobody@/none", 1), load_rates(settings.rates_file))
    process = importlib.import_module(f"services.{service}.__main__")
    handled = set(process.build(runtime).subscribers.event_types)
    if service != "accounts":
        # The runtime's own handler, in every process that checks tokens by keys that are not its own.
        handled.add("ilgam.accounts.v1.SigningKeysChanged")
    listed = {f"ilgam.{one.producer}.v1.{event}" for one in durables_of(service) for event in one.events}
    assert listed == handled


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
