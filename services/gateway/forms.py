"""What people typed: read with bounds, kept when it has to be shown again, checked before a service is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID, uuid4

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

FIELDS_MAX = 500
FIELD_BYTES_MAX = 1024 * 1024
# More than any amount of won has.
DIGITS_MAX = 20
# Carries the password where a form has to prove once more who sends it (see `services.gateway.proof`).
PROOF = "proof_password"
# A space at either end belongs to a password.
PASSWORDS = frozenset({"password", PROOF})
# Fields of our own that say nothing of what somebody typed, or must not be kept.
OWN_FIELDS = frozenset({"mark", "request_id", PROOF})


@dataclass
class Form:
    """The fields of a form, texts stripped (passwords are not), and what is wrong with them: {field: words}."""

    values: dict[str, str]
    files: dict[str, UploadFile] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        """What was typed; empty where there is no such field."""
        return self.values.get(name, "")

    @property
    def request_id(self) -> str:
        """The id that makes a double click and a retry one act; a new one where a page lost it."""
        try:
            return str(UUID(self["request_id"]))
        except ValueError:
            return str(uuid4())

    def whole_number(self, name: str, least: int, most: int) -> int | None:
        """A number as people type it (12,000 or １２), when it lies within the bounds."""
        text = self[name].replace(",", "").replace(" ", "")
        is_number = text.removeprefix("-").isdecimal() and len(text) <= DIGITS_MAX
        number = int(text) if is_number else None
        return number if number is not None and least <= number <= most else None

    @property
    def typed(self) -> dict[str, str]:
        """What the person typed, without our own fields and passwords: those are neither kept nor shown."""
        return {name: value for name, value in self.values.items() if name not in OWN_FIELDS | PASSWORDS}


async def form_of(request: Request) -> Form:
    """The form of a request; read once and remembered.

    Raises:
        starlette.exceptions.HTTPException: 400, more fields than any page has, or a field too long.
    """
    found: Form | None = getattr(request.state, "form", None)
    if found is None:
        data: FormData = await request.form(max_files=4, max_fields=FIELDS_MAX, max_part_size=FIELD_BYTES_MAX)
        given = {name: value for name, value in data.multi_items() if isinstance(value, str)}
        texts = {name: value if name in PASSWORDS else value.strip() for name, value in given.items()}
        files = {name: value for name, value in data.multi_items() if isinstance(value, UploadFile)}
        found = request.state.form = Form(texts, files)
    return found


def empty_form(**values: str) -> Form:
    """A form that nobody has filled in yet, with the values it begins with."""
    return Form(dict(values))
