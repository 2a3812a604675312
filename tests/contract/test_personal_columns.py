"""Every column that can hold words is judged: what is personal is erased when an account is closed.

A new column of text, JSON or bytes makes the first test fail until it stands in one of the lists below.
"""

import importlib
from pathlib import Path

import pytest
from sqlalchemy import ARRAY, Column, LargeBinary, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB

from tests.contract.test_conventions import SERVICES

ROOT = Path(__file__).parents[2] / "services"

# Personal, and erased by what the service does when an account is closed.
ERASED = {
    "accounts": {
        "account.email", "account.display_name", "account.language", "account.password_hash", "account.bench_keys",
        "api_key.name", "consent.document", "failed_sign_in.email_digest", "failed_sign_in.place",
        "mail.subject", "mail.body", "mail.secret_sealed", "mail.stop_link",
        "notice.parameters", "notice.path", "notice.template", "notice.once_key",
        "password_reset.token_digest", "sign_in_code.code_digest", "verification.code_digest",
        "request.response",
    },
    "workers": {
        "worker.restriction_reason", "certificate.grant_reason", "certificate.revoke_reason",
        "enrolment.refuse_reason", "pool_member.remove_reason", "worker_profile.languages",
        "consultation.message", "consultation.cancel_reason", "consultation.outcome_note",
        "job_offer.message", "calendar_feed.token", "practice_answer.answer_json", "module_progress.quiz_answers",
        "request.response",
    },
    "tasks": {"assignment.draft_json", "problem.words", "request.response"},
    "quality": set(),
    "payments": set(),
}  # fmt: skip

# Of people, and kept under their id: what was handed in and bought, and what was measured of it.
STAYS = {
    "accounts": {"role_grant.role"},
    "workers": {
        "exam_attempt_item.saved_label", "exam_attempt_item.saved_answer_json", "journey_step.step",
        "worker.restriction_kind",
    },
    "tasks": {
        "assignment.answer_json", "assignment.answer_hash", "assignment.label", "assignment.verdict_reason",
        "worker_restriction.kind",
    },
    "quality": {"answer.label", "answer.body_sha256", "answer.state", "answer.reason", "answer.memory", "worker_evidence.counts"},
    "payments": {"worker_restriction.kind"},
}  # fmt: skip

# Of no single person: what companies and operators write, codes of states, keys, sums. Purged by its place and time: an
# address from which something was tried (counted_act.place, an hour).
OF_NOBODY = {
    "accounts": {
        "api_key.secret_digest", "counted_act.act", "counted_act.place", "mail.kind", "mail.state",
        "organisation.name", "refresh_token.token_digest", "signing_key.key_id",
        "signing_key.public_jwk", "signing_key.private_sealed",
    },
    "workers": {
        "certificate.number", "certificate_key.key_id", "certificate_key.public_jwk", "certificate_key.private_sealed",
        "cohort.place_ko", "cohort.place_en", "consultation.state",
        "consultation_slot.venue_kind", "consultation_slot.place_ko", "consultation_slot.place_en",
        "consultation_slot.link", "consultation_slot.phone", "consultation_slot.note", "consultation_slot.state",
        "course_media.sha256", "course_media.extension",
        "course_media.thumbnail_id", "course_media.peaks_id", "course_media.source_sha256",
        "course_version.course_json", "course_version.module_ids",
        "enrolment.state", "enrolment.residence_state", "exam_guide.question_ko", "exam_guide.question_en",
        "exam_guide.instructions_ko", "exam_guide.instructions_en", "exam_guide.label_texts",
        "exam_item.item_key", "exam_item.data_json", "exam_item.labels", "exam_item.right_label",
        "exam_item.label_schema_json", "exam_item.right_answer_json",
        "item_use.digest", "item_use.use", "job_offer.state", "module_progress.module_id",
        "practice_answer.module_id", "practice_answer.item_key",
        "programme.title_ko", "programme.title_en", "programme.aims_ko", "programme.aims_en",
        "programme.description_ko", "programme.description_en",
    },
    "tasks": {
        "certificate.state", "instructions.ko", "instructions.en", "item.key", "item.data_json", "item.gold_label",
        "item.gold_answer_json", "item.gold_sha256", "item.result_label", "item.result_sha256", "job.title", "job.state", "job.frozen_from", "label_schema.schema_json", "media.sha256",
        "media.extension", "media.thumbnail_id", "media.peaks_id", "media.source_sha256", "publication.state",
    },
    "quality": {
        "gold.label", "gold.body_sha256", "item.label", "item.body_sha256", "item.posterior", "item.memory", "job.policy",
        "job.labels", "job.controls", "job.freeze_reason",
        "job.memory", "verdict.state", "verdict.reason",
    },
    "payments": {"account.kind", "deposit.bank_reference", "journal.kind", "paid_answer.state", "reservation.state"},
}  # fmt: skip

# What every service has: events and requests, whose contracts say that nothing personal is in them.
OF_EVERY_SERVICE = {
    "dead_letter.event_type", "dead_letter.payload", "dead_letter.error", "event_failure.error", "outbox.event_type",
    "outbox.payload", "outbox.headers", "parked_event.park_key", "parked_event.event_type", "parked_event.payload",
    "request.method", "request.request_hash", "request.response", "signing_key_set.jwks_json",
}  # fmt: skip

# Where each service erases.
ERASERS = {
    "accounts": ("store/queries", "use_cases/close_account.py"),
    "workers": ("store/queries/closing.py", "store/queries/consultations.py", "store/queries/offers.py"),
    "tasks": ("store/queries/closing.py",),
}


@pytest.mark.parametrize("service", SERVICES)
def test_every_column_that_can_hold_words_is_judged(service: str) -> None:
    judged = ERASED[service] | STAYS[service] | OF_NOBODY[service] | OF_EVERY_SERVICE
    assert words_of(service) - judged == set(), "judge the new columns"
    assert judged - OF_EVERY_SERVICE - words_of(service) == set(), "these are gone"


def test_no_column_is_judged_twice() -> None:
    for service in SERVICES:
        assert not ERASED[service] & STAYS[service]
        assert not (ERASED[service] | STAYS[service]) & OF_NOBODY[service]


def test_payments_and_quality_hold_nothing_personal_but_ids() -> None:
    assert not ERASED["payments"]
    assert not ERASED["quality"]


@pytest.mark.parametrize("service", sorted(ERASERS))
def test_what_is_personal_is_named_where_it_is_erased(service: str) -> None:
    sources = [
        file.read_text(encoding="utf-8")
        for place in ERASERS[service]
        for file in (
            [ROOT / service / place] if place.endswith(".py") else sorted((ROOT / service / place).glob("*.py"))
        )
    ]
    erasing = "\n".join(sources)
    for column in sorted(ERASED[service]):
        table, name = column.split(".")
        assert f"DELETE FROM {table}" in erasing or f"{name} = " in erasing, column


def words_of(service: str) -> set[str]:
    """The columns of a service's database that can hold words."""
    metadata: MetaData = importlib.import_module(f"services.{service}.store.tables").Base.metadata
    return {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if holds_words(column)
    }


def holds_words(column: Column[object]) -> bool:
    kind = column.type
    return isinstance(kind, Text | LargeBinary | JSONB) or (
        isinstance(kind, ARRAY) and isinstance(kind.item_type, Text)
    )
