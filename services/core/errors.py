"""Typed errors that cross the wire: raised by rules, translated once at each edge."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Reason(StrEnum):
    """Why a call was refused: the names of `ilgam.errors.v1.ErrorReason` without their prefix."""

    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[str]) -> str:  # noqa: ARG004 - the signature is Enum's
        return name

    FIELD_INVALID = auto()
    MESSAGE_MALFORMED = auto()
    TOKEN_MISSING = auto()
    TOKEN_INVALID = auto()
    TOKEN_EXPIRED = auto()
    AUDIENCE_DENIED = auto()
    SIGN_IN_NOT_FRESH = auto()
    REQUEST_REUSED = auto()
    NOT_FOUND = auto()
    CREDENTIALS_WRONG = auto()
    SIGN_IN_LIMITED = auto()
    EMAIL_TAKEN = auto()
    SESSION_ENDED = auto()
    JOB_STATE = auto()
    FUNDS_MISSING = auto()
    JOB_EMPTY = auto()
    SCHEMA_INVALID = auto()
    CERTIFICATE_MISSING = auto()
    SKILL_TOO_LOW = auto()
    POOL_ONLY = auto()
    WORKER_RESTRICTED = auto()
    ITEM_FULL = auto()
    ASSIGNMENT_STATE = auto()
    ANSWER_REUSED = auto()
    ANSWER_INVALID = auto()
    ANSWER_TOO_LARGE = auto()
    DRAFT_STALE = auto()
    HOLD_LIMIT = auto()
    CLAIM_MODE = auto()
    EXAM_STATE = auto()
    EXAM_TOO_SOON = auto()
    EXAM_POOL_SMALL = auto()
    KEY_UNKNOWN = auto()
    UNAVAILABLE = auto()
    DEADLINE_EXCEEDED = auto()
    OVERLOADED = auto()
    CONFLICT = auto()
    DUPLICATE = auto()
    INTERNAL = auto()
    PAGE_TOKEN_INVALID = auto()
    MEDIA_INVALID = auto()
    REGISTRATION_CLOSED = auto()
    ENROLLED_ALREADY = auto()
    COHORT_FULL = auto()
    ENROLMENT_STATE = auto()
    RESIDENCE_MISSING = auto()
    COURSE_LOCKED = auto()
    SLOT_TAKEN = auto()
    CONSULTATION_STATE = auto()
    SLOT_OVERLAPS = auto()
    OFFER_STATE = auto()
    CODE_INVALID = auto()
    TOO_MANY = auto()
    CONSENT_MISSING = auto()


@dataclass(frozen=True)
class FieldViolation:
    """One field that breaks its rule: its path in the request, and what to do.

    `rule` names a stated rule for programs, its bound at the end: REQUIRED, LENGTH_MAX_200, AT_LEAST_1; empty for others.
    """

    field: str
    description: str
    rule: str = ""


class ServiceError(Exception):
    """The base of everything a caller may be told.

    `message` is for people, `reason` and `metadata` for programs; neither holds personal data.
    """

    def __init__(
        self,
        reason: Reason,
        message: str,
        *,
        violations: tuple[FieldViolation, ...] = (),
        metadata: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.violations = violations
        self.metadata = metadata or {}


class InvalidArgumentError(ServiceError):
    """The request itself is wrong, whatever the state of the system."""

    def __init__(
        self,
        message: str,
        *,
        reason: Reason = Reason.FIELD_INVALID,
        violations: tuple[FieldViolation, ...] = (),
        **metadata: object,
    ) -> None:
        super().__init__(reason, message, violations=violations, metadata=_texts(metadata))


class _StateError(ServiceError):
    def __init__(self, reason: Reason, message: str, **metadata: object) -> None:
        super().__init__(reason, message, metadata=_texts(metadata))


class UnauthenticatedError(_StateError):
    """Nobody knows who calls."""


class PermissionDeniedError(_StateError):
    """The caller is known and may not."""


class FailedPreconditionError(_StateError):
    """The state of the system does not allow it now."""


class AlreadyExistsError(_StateError):
    """It is there already, and differs."""


class ResourceExhaustedError(_StateError):
    """A bound is reached."""


class AbortedError(_StateError):
    """A change met another one: read again, then decide."""


class NotFoundError(ServiceError):
    """It does not exist, or the caller may not know that it does."""

    def __init__(self, resource: str) -> None:
        super().__init__(Reason.NOT_FOUND, f"no such {resource}", metadata={"resource": resource})


class UnavailableError(ServiceError):
    """A part of the system is not reachable just now; the same call may succeed later."""

    def __init__(self, message: str = "not reachable just now, try again", reason: Reason = Reason.UNAVAILABLE) -> None:
        super().__init__(reason, message)


def invalid_field(field: str, description: str) -> InvalidArgumentError:
    """The error for one wrong field: `field` is its path, `description` says what to do."""
    return InvalidArgumentError(f"{field}: {description}", violations=(FieldViolation(field, description),))


def _texts(metadata: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in metadata.items()}
