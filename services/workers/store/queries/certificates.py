"""Statements on certificates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, cast, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.core.intervals import wilson_interval
from services.workers.domain.certificates import Certificate
from services.workers.store.tables import CertificateRow

_CERTIFICATE = select(
    CertificateRow.certificate_id,
    CertificateRow.number,
    CertificateRow.worker_id,
    CertificateRow.annotation_type,
    CertificateRow.issue_time,
    CertificateRow.expire_time,
    CertificateRow.score_right,
    CertificateRow.score_count,
    CertificateRow.grant_reason,
    CertificateRow.revoke_time,
    CertificateRow.revoke_reason,
    CertificateRow.revision,
)

_ADD = text("""
    INSERT INTO certificate (
        certificate_id, number, worker_id, annotation_type, issue_time, expire_time, score_right, score_count,
        grant_reason, revoke_reason, revision)
    SELECT
        certificate_id, number, worker_id, annotation_type, issue_time, expire_time, score_right, score_count,
        grant_reason, '', 1
    FROM unnest(
        CAST(:certificate_ids AS uuid[]), CAST(:numbers AS text[]), CAST(:worker_ids AS uuid[]),
        CAST(:annotation_types AS smallint[]), CAST(:issue_times AS timestamptz[]),
        CAST(:expire_times AS timestamptz[]), CAST(:score_rights AS integer[]), CAST(:score_counts AS integer[]),
        CAST(:grant_reasons AS text[]))
        AS new (
            certificate_id, number, worker_id, annotation_type, issue_time, expire_time, score_right, score_count,
            grant_reason)
    ON CONFLICT (number) DO NOTHING
    RETURNING certificate_id
""")


# One row per annotation type, and one of all together: the annotation type of that one is null.
_WORKFORCE = text("""
    WITH restricted AS MATERIALIZED (
        SELECT worker_id
        FROM worker
        WHERE restriction_kind IS NOT NULL AND (restriction_until_time IS NULL OR restriction_until_time > :now)
    )
    SELECT
        c.annotation_type,
        count(DISTINCT c.worker_id) AS certified_count,
        count(DISTINCT r.worker_id) AS certified_restricted_count,
        (SELECT count(*) FROM restricted) AS restricted_count
    FROM certificate AS c
    LEFT JOIN restricted AS r ON r.worker_id = c.worker_id
    WHERE c.revoke_time IS NULL AND c.expire_time > :now
    GROUP BY GROUPING SETS ((c.annotation_type), ())
    ORDER BY c.annotation_type NULLS LAST
""")


@dataclass(frozen=True)
class Certified:
    """The holders of a valid certificate for an annotation type (the contract's number), and how many may not claim."""

    annotation_type: int
    certified_count: int
    restricted_count: int


@dataclass(frozen=True)
class Workforce:
    """Who can do what at a moment: per annotation type, and people over all of them."""

    certified: list[Certified]
    certified_worker_count: int
    restricted_worker_count: int


async def workforce_at(connection: AsyncConnection, now: datetime) -> Workforce:
    """The workforce at an instant: certificates neither revoked nor expired, restrictions that hold."""
    *kinds, whole = (await connection.execute(_WORKFORCE, {"now": now})).all()
    return Workforce(
        [Certified(row.annotation_type, row.certified_count, row.certified_restricted_count) for row in kinds],
        whole.certified_count,
        whole.restricted_count,
    )


async def add_certificates(connection: AsyncConnection, certificates: Sequence[Certificate]) -> set[UUID]:
    """Adds certificates whose number is free; gives the ids of those added."""
    parameters = {
        "certificate_ids": [one.certificate_id for one in certificates],
        "numbers": [one.number for one in certificates],
        "worker_ids": [one.worker_id for one in certificates],
        "annotation_types": [one.annotation_type for one in certificates],
        "issue_times": [one.issue_time for one in certificates],
        "expire_times": [one.expire_time for one in certificates],
        "score_rights": [round(one.score.mean * one.score.count) if one.score else None for one in certificates],
        "score_counts": [int(one.score.count) if one.score else None for one in certificates],
        "grant_reasons": [one.grant_reason for one in certificates],
    }
    return set((await connection.execute(_ADD, parameters)).scalars())


async def valid_certificates(
    connection: AsyncConnection, worker_ids: Sequence[UUID], annotation_type: int, now: datetime
) -> dict[UUID, Certificate]:
    """For each worker who has one, the valid certificate of an annotation type that lasts longest."""
    found = _CERTIFICATE.where(
        CertificateRow.worker_id == any_(cast(list(worker_ids), ARRAY(Uuid))),
        CertificateRow.annotation_type == annotation_type,
        CertificateRow.revoke_time.is_(None),
        CertificateRow.expire_time > now,
    ).order_by(CertificateRow.expire_time, CertificateRow.certificate_id)
    certificates = [_certificate(row) for row in await connection.execute(found)]
    return {certificate.worker_id: certificate for certificate in certificates}


async def certificates_held(connection: AsyncConnection, worker_id: UUID) -> list[Certificate]:
    """For each annotation type the certificate of a worker that lasts longest, void and ended ones last."""
    found = (
        _CERTIFICATE.where(CertificateRow.worker_id == worker_id)
        .ext(distinct_on(CertificateRow.annotation_type))
        .order_by(
            CertificateRow.annotation_type,
            CertificateRow.revoke_time.is_not(None),
            CertificateRow.expire_time.desc(),
        )
    )
    return [_certificate(row) for row in await connection.execute(found)]


async def certificate_by_id(
    connection: AsyncConnection, certificate_id: UUID, *, locked: bool = False
) -> Certificate | None:
    """The certificate with an id, locked until the transaction ends where asked for."""
    found = _CERTIFICATE.where(CertificateRow.certificate_id == certificate_id)
    row = (await connection.execute(found.with_for_update() if locked else found)).one_or_none()
    return _certificate(row) if row is not None else None


async def certificate_by_number(connection: AsyncConnection, number: str) -> Certificate | None:
    """The certificate with a number."""
    row = (await connection.execute(_CERTIFICATE.where(CertificateRow.number == number))).one_or_none()
    return _certificate(row) if row is not None else None


async def certificates_of(connection: AsyncConnection, worker_id: UUID, count: int) -> list[Certificate]:
    """Up to `count` certificates of a worker, newest first."""
    found = (
        _CERTIFICATE.where(CertificateRow.worker_id == worker_id)
        .order_by(CertificateRow.certificate_id.desc())
        .limit(count)
    )
    return [_certificate(row) for row in await connection.execute(found)]


async def store_revocation(connection: AsyncConnection, certificate: Certificate) -> None:
    """Stores that a certificate is void."""
    values = {
        "revoke_time": certificate.revoke_time,
        "revoke_reason": certificate.revoke_reason,
        "revision": certificate.revision,
    }
    statement = update(CertificateRow).where(CertificateRow.certificate_id == certificate.certificate_id)
    await connection.execute(statement.values(values))


async def certificates_after(connection: AsyncConnection, after: UUID, count: int) -> list[Certificate]:
    """Up to `count` certificates with ids greater than `after`, by id."""
    found = (
        _CERTIFICATE.where(CertificateRow.certificate_id > after).order_by(CertificateRow.certificate_id).limit(count)
    )
    return [_certificate(row) for row in await connection.execute(found)]


def _certificate(row: Row[*tuple[object, ...]]) -> Certificate:
    return Certificate(
        certificate_id=row.certificate_id,
        number=row.number,
        worker_id=row.worker_id,
        annotation_type=row.annotation_type,
        issue_time=row.issue_time,
        expire_time=row.expire_time,
        score=wilson_interval(row.score_right or 0, row.score_count) if row.score_count else None,
        grant_reason=row.grant_reason,
        revoke_time=row.revoke_time,
        revoke_reason=row.revoke_reason,
        revision=row.revision,
    )
