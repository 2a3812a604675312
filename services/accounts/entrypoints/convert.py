"""Between the messages of accounts and its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.common.v1 import common_pb2

from services.accounts.domain.accounts import (
    DEFAULT_LANGUAGE,
    Account,
    Organisation,
    Preferences,
    Role,
    RoleGrant,
    normal_name,
)
from services.accounts.domain.consents import (
    NEEDED,
    PRESENT_VERSIONS,
    Agreement,
    Consent,
    Document,
    last_withdrawn,
    newest_live,
)
from services.accounts.domain.imports import ImportRow
from services.accounts.domain.sessions import Session
from services.accounts.store.queries.account_lists import AccountFilter, ListedAccount
from services.accounts.store.queries.accounts import AccountFact
from services.accounts.store.queries.keys import ApiKey
from services.accounts.use_cases.issue_session import IssuedSession
from services.accounts.use_cases.open_accounts import ImportState, ImportVerdict
from services.core.errors import invalid_field
from services.runtime.paging import cursor_of, encode_token
from services.runtime.wire import to_timestamp, uuid_of

# Greater than every id: where a list that begins with the newest starts.
_AFTER_ALL = UUID(int=2**128 - 1)
# What the audit says of accounts that can sign in, and of others.
_OPEN, _CLOSED = "OPEN", "CLOSED"

_DOCUMENT = "DOCUMENT_"
_ROLES = {
    pb.ROLE_WORKER: Role.WORKER,
    pb.ROLE_COMPANY: Role.COMPANY,
    pb.ROLE_TRAINER: Role.TRAINER,
    pb.ROLE_OPERATOR: Role.OPERATOR,
}
_ROLE_NUMBERS = {role: number for number, role in _ROLES.items()}
_IMPORT_STATES = {
    ImportState.ACCEPTED: pb.IMPORT_STATE_ACCEPTED,
    ImportState.DUPLICATE: pb.IMPORT_STATE_DUPLICATE,
    ImportState.REFUSED: pb.IMPORT_STATE_REFUSED,
}


def role_of(number: pb.Role.ValueType) -> Role | None:
    """The role that a number names; None for one that this version does not know."""
    return _ROLES.get(number)


def import_row_of(row: pb.ImportAccountRow) -> ImportRow:
    """A row of an import."""
    return ImportRow(row.email, row.display_name, tuple(role_of(role) for role in row.roles), row.password)


def verdict_message(verdict: ImportVerdict) -> pb.ImportAccountVerdict:
    """The verdict on one row."""
    return pb.ImportAccountVerdict(
        state=_IMPORT_STATES[verdict.state],
        account_id=str(verdict.account_id) if verdict.account_id else "",
        detail=verdict.detail,
        sign_in_code=verdict.sign_in_code,
    )


def grant_messages(grants: Iterable[RoleGrant]) -> list[pb.RoleGrant]:
    """Roles as the contract has them."""
    return [
        pb.RoleGrant(
            role=_ROLE_NUMBERS[grant.role],
            organisation_id=str(grant.organisation_id) if grant.organisation_id else "",
        )
        for grant in grants
    ]


def session_message(issued: IssuedSession) -> pb.Session:
    """What a caller needs from now on."""
    return pb.Session(
        session_id=str(issued.session_id),
        account_id=str(issued.account_id),
        access_token=issued.access.token,
        access_expire_time=to_timestamp(issued.access.expire_time),
        refresh_token=issued.refresh_token,
        refresh_expire_time=to_timestamp(issued.refresh_expire_time),
        roles=grant_messages(issued.grants),
    )


def account_message(
    account: Account, grants: Iterable[RoleGrant], organisations: Iterable[Organisation], renewed: Iterable[Document]
) -> pb.GetAccountResponse:
    """An account as its owner sees it."""
    return pb.GetAccountResponse(
        account_id=str(account.account_id),
        email=account.email,
        display_name=account.display_name,
        language=account.language or DEFAULT_LANGUAGE,
        roles=grant_messages(grants),
        preferences=preferences_message(account.preferences),
        organisations=[organisation_message(organisation) for organisation in organisations],
        email_verified=account.email_verify_time is not None,
        create_time=to_timestamp(account.create_time),
        renewed_documents=[pb.Document.Value(f"{_DOCUMENT}{document.value}") for document in renewed],
        keys=keys_message(account.bench_keys),
    )


def agreement_of(message: pb.Agreement) -> Agreement | None:
    """An agreement; None to a document that this version does not know."""
    document = document_of(message.document)
    return Agreement(document, message.version) if document else None


def document_of(number: pb.Document.ValueType) -> Document | None:
    """The document that a number names; None for one that this version does not know."""
    known = number in pb.Document.values() and number != pb.DOCUMENT_UNSPECIFIED
    return Document(pb.Document.Name(number).removeprefix(_DOCUMENT)) if known else None


def consent_message(document: Document, consents: Sequence[Consent]) -> pb.Consent:
    """A document and what somebody has said to it."""
    held, gone = newest_live(consents, document), last_withdrawn(consents, document)
    return pb.Consent(
        document=pb.Document.Value(f"{_DOCUMENT}{document.value}"),
        present_version=PRESENT_VERSIONS[document],
        needed=document in NEEDED,
        agreed_version=held.version if held else 0,
        agree_time=to_timestamp(held.give_time if held else None),
        withdraw_time=to_timestamp(gone.withdraw_time if gone and not held else None),
    )


def preferences_of(message: pb.Preferences) -> Preferences:
    """How pages are to look and speak."""
    return Preferences(message.language, message.text_size, message.high_contrast, message.single_keys_off)


def preferences_message(preferences: Preferences) -> pb.Preferences:
    """The same as the contract has it."""
    return pb.Preferences(
        language=preferences.language,
        text_size=preferences.text_size,
        high_contrast=preferences.high_contrast,
        single_keys_off=preferences.single_keys_off,
    )


def keys_of(message: pb.KeyChoices) -> dict[str, str]:
    """Which acts have which keys.

    Raises:
        InvalidArgumentError: an act has two.
    """
    found: dict[str, str] = {}
    for place, choice in enumerate(message.choices):
        if choice.act in found:
            raise invalid_field(f"keys.choices[{place}].act", "name each act once")
        found[choice.act] = choice.chord
    return found


def keys_message(keys: Mapping[str, str] | None) -> pb.KeyChoices | None:
    """The same as the contract has it; None where nothing was ever chosen."""
    if keys is None:
        return None
    return pb.KeyChoices(choices=[pb.KeyChoice(act=act, chord=chord) for act, chord in sorted(keys.items())])


def organisation_message(organisation: Organisation) -> pb.Organisation:
    """An organisation."""
    return pb.Organisation(organisation_id=str(organisation.organisation_id), name=organisation.name)


def account_filter_of(request: pb.ListAccountsRequest) -> AccountFilter:
    """Which accounts a list asks for."""
    return AccountFilter(
        normal_name(request.query), role_of(request.role), [uuid_of(one) for one in request.account_ids]
    )


def account_info(account: ListedAccount, grants: Iterable[RoleGrant]) -> pb.AccountInfo:
    """An account as an operator sees it."""
    return pb.AccountInfo(
        account_id=str(account.account_id),
        email=account.email,
        display_name=account.display_name,
        roles=grant_messages(grants),
        create_time=to_timestamp(account.create_time),
    )


def session_info(session: Session, current_id: UUID | None) -> pb.SessionInfo:
    """A session in the list of its owner."""
    return pb.SessionInfo(
        session_id=str(session.session_id),
        create_time=to_timestamp(session.create_time),
        last_use_time=to_timestamp(session.last_use_time),
        current=session.session_id == current_id,
    )


def api_key_info(key: ApiKey) -> pb.ApiKeyInfo:
    """A key in the list of its owner."""
    return pb.ApiKeyInfo(
        api_key_id=str(key.api_key_id),
        name=key.name,
        create_time=to_timestamp(key.create_time),
        last_use_time=to_timestamp(key.last_use_time),
    )


def account_fact(fact: AccountFact) -> common_pb2.AuditFact:
    """What the audit says of an account."""
    return common_pb2.AuditFact(
        kind=common_pb2.AUDIT_KIND_ACCOUNT,
        id=str(fact.account_id),
        state=_CLOSED if fact.closed else _OPEN,
        revision=fact.revision,
    )


def before_of(page_token: str) -> UUID:
    """Where a page of a list begins that goes from new to old.

    Raises:
        InvalidArgumentError: PAGE_TOKEN_INVALID.
    """
    return cursor_of(page_token, lambda at: UUID(at["before"])) or _AFTER_ALL


def next_token(last_id: UUID | None) -> str:
    """The token of the page after one that ends with an id; "" after the last page."""
    return encode_token(before=str(last_id)) if last_id else ""
