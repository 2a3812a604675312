"""Making a certificate void."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.core.errors import NotFoundError
from services.runtime.database import Transaction
from services.workers import events
from services.workers.domain.certificates import Certificate
from services.workers.store.queries import certificates as store
from services.workers.use_cases.tell_of_exams import tell_revoked


async def revoke_certificate(tx: Transaction, certificate_id: UUID, reason: str, now: datetime) -> Certificate:
    """Makes a certificate void, with the reason; one that is void already stays as it is.

    Raises:
        NotFoundError: there is no such certificate.
    """
    certificate = await store.certificate_by_id(tx.connection, certificate_id, locked=True)
    if certificate is None:
        raise NotFoundError("certificate")
    if certificate.revoke_time is not None:
        return certificate
    revoked = replace(certificate, revoke_time=now, revoke_reason=reason.strip(), revision=certificate.revision + 1)
    await store.store_revocation(tx.connection, revoked)
    tx.emit(events.certificate_revoked(revoked))
    tell_revoked(tx, revoked)
    return revoked
