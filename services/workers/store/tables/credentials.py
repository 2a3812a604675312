"""What credentials are signed with, and where each stands in the lists of revoked ones."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.runtime.columns import Instant, Json, Words
from services.workers.store.tables.base import Base


class CertificateKeyRow(Base):
    """A key pair (Ed25519), its private part sealed. The newest signs; the public parts of all stay published."""

    __tablename__ = "certificate_key"

    key_id: Mapped[Words] = mapped_column(primary_key=True)
    public_jwk: Mapped[Json]
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    create_time: Mapped[Instant]


class CertificateStatusRow(Base):
    """The bit of a certificate in a status list; the place is random, so that it tells nothing of the order."""

    __tablename__ = "certificate_status"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificate.certificate_id"), primary_key=True)
    list_no: Mapped[int]
    place: Mapped[int]

    __table_args__ = (
        UniqueConstraint("list_no", "place"),
        CheckConstraint("place BETWEEN 0 AND 131071", name="place"),
    )
