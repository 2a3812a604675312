"""Certificates as signed credentials, and the signed lists of revoked ones."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.core.errors import NotFoundError, UnavailableError
from services.runtime.database import Database, Transaction
from services.workers import events
from services.workers.credentials.signer import CredentialSigner
from services.workers.domain.credentials import (
    LIST_BITS,
    LIST_FILLED_MAX,
    CertificateKey,
    KindOfWork,
    StatusPlace,
    credential_document,
    status_list_document,
)
from services.workers.store.queries import certificates as certificate_store
from services.workers.store.queries import credentials as store

_PLACE_TRIES = 40
# What certificates call a kind of work, in both languages.
_WORDS = {
    "TEXT_CHOICE": ("글 분류", "Text classification"),
    "IMAGE_CHOICE": ("사진 분류", "Image classification"),
}


@dataclass(frozen=True)
class GivenCredential:
    """A signed credential, and what it says as JSON to look at."""

    jwt: str
    document_json: str


async def open_credentials(database: Database, signer: CredentialSigner, now: datetime) -> None:
    """Makes the first key of an installation, so that it is published before anything is signed with it."""
    async with database.transaction() as tx:
        await _key_that_signs(tx, signer, now)


async def credential_of(
    tx: Transaction, signer: CredentialSigner, worker_id: UUID, certificate_id: UUID, now: datetime
) -> GivenCredential:
    """A worker's certificate as a credential; the same again until the key changes.

    Raises:
        NotFoundError: the certificate is not this worker's.
    """
    certificate = await certificate_store.certificate_by_id(tx.connection, certificate_id)
    if certificate is None or certificate.worker_id != worker_id:
        raise NotFoundError("certificate")
    place = await _place_of(tx, certificate_id)
    document = credential_document(certificate, kind_of_work(certificate.annotation_type), place, signer.public_url)
    key = await _key_that_signs(tx, signer, now)
    return GivenCredential(signer.sign(key, document), json.dumps(document, ensure_ascii=False, indent=2))


async def status_list(tx: Transaction, signer: CredentialSigner, list_no: int, now: datetime) -> str:
    """A signed list of revoked credentials.

    Raises:
        NotFoundError: there is no such list yet.
    """
    if list_no > (await store.newest_list(tx.connection))[0]:
        raise NotFoundError("status list")
    revoked = await store.revoked_places(tx.connection, list_no)
    document = status_list_document(list_no, revoked, signer.public_url, now)
    return signer.sign(await _key_that_signs(tx, signer, now), document)


async def rotate_certificate_key(tx: Transaction, signer: CredentialSigner, now: datetime) -> str:
    """Makes a new key that signs from now on; the old public keys stay published. Gives the new key's id."""
    await store.lock_certificate_keys(tx.connection)
    return (await _add_key(tx, signer, now)).key_id


def kind_of_work(annotation_type: int) -> KindOfWork:
    """What a certificate of an annotation type (the contract's number) is about."""
    code = events.kind_name(annotation_type)
    ko, en = _WORDS.get(code, (code.replace("_", " ").lower(), code.replace("_", " ").capitalize()))
    return KindOfWork(code, ko, en)


async def _key_that_signs(tx: Transaction, signer: CredentialSigner, now: datetime) -> CertificateKey:
    keys = await store.certificate_keys(tx.connection)
    if not keys:
        await store.lock_certificate_keys(tx.connection)
        keys = await store.certificate_keys(tx.connection)
    return keys[-1] if keys else await _add_key(tx, signer, now)


async def _add_key(tx: Transaction, signer: CredentialSigner, now: datetime) -> CertificateKey:
    key = signer.new_key(now)
    await store.add_certificate_key(tx.connection, key)
    return key


async def _place_of(tx: Transaction, certificate_id: UUID) -> StatusPlace:
    """The bit of a certificate; a random free one the first time."""
    for _ in range(_PLACE_TRIES):
        place = await store.status_place(tx.connection, certificate_id)
        if place is not None:
            return place
        list_no, filled = await store.newest_list(tx.connection)
        wanted = StatusPlace(list_no + (filled >= LIST_FILLED_MAX), secrets.randbelow(LIST_BITS))
        await store.take_place(tx.connection, certificate_id, wanted)
    raise UnavailableError("no free place in the status list was found, try again")
