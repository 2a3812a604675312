"""The tables of the payments service.

journal, posting, paid_line and deposit are only ever added to. account_total exists for accounts with a floor alone:
its rows are what payments lock, in the order of their ids, after the row of the job.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Krw, Words
from services.runtime.tables import attach_runtime_tables, new_metadata


class Base(DeclarativeBase):
    """Mapped tables; statements are written on them, the unit of work is not used."""

    metadata = new_metadata()


class OrganisationRow(Base):
    """An organisation that may hold money."""

    __tablename__ = "organisation"

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[Big]


class WorkerRestrictionRow(Base):
    """A worker's latest restriction; FRAUD holds payouts while it is active."""

    __tablename__ = "worker_restriction"

    worker_id: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[Big]
    kind: Mapped[Words]
    until_time: Mapped[Instant | None]
    active: Mapped[bool]


class AccountRow(Base):
    """One account; `account_id` follows from kind and owner."""

    __tablename__ = "account"

    account_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Words]
    owner_id: Mapped[Id]

    __table_args__ = (UniqueConstraint("kind", "owner_id", name="uq_account_kind_owner_id"),)


class AccountTotalRow(Base):
    """The kept total of an account that may not go below 0."""

    __tablename__ = "account_total"

    account_id: Mapped[Id] = mapped_column(ForeignKey("account.account_id"), primary_key=True)
    balance_krw: Mapped[Krw] = mapped_column(server_default="0")

    __table_args__ = (CheckConstraint("balance_krw >= 0", name="floor"),)


class JournalRow(Base):
    """Postings that belong together; a deferred trigger keeps each at 0."""

    __tablename__ = "journal"

    journal_id: Mapped[Id] = mapped_column(primary_key=True)
    kind: Mapped[Words]
    job_id: Mapped[Id | None]
    create_time: Mapped[Instant] = mapped_column(server_default=func.now())


class PostingRow(Base):
    """One side of a journal. Above 0: money came into the account."""

    __tablename__ = "posting"

    posting_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    journal_id: Mapped[Id] = mapped_column(ForeignKey("journal.journal_id"))
    account_id: Mapped[Id] = mapped_column(ForeignKey("account.account_id"))
    amount_krw: Mapped[Krw]

    __table_args__ = (
        CheckConstraint("amount_krw <> 0", name="amount"),
        Index("ix_posting_journal_id", "journal_id"),
        Index("ix_posting_account_id_posting_id", "account_id", "posting_id"),
    )


class DepositRow(Base):
    """Money that an operator saw arrive in the bank."""

    __tablename__ = "deposit"

    journal_id: Mapped[Id] = mapped_column(ForeignKey("journal.journal_id"), primary_key=True)
    organisation_id: Mapped[Id] = mapped_column(ForeignKey("organisation.organisation_id"))
    operator_id: Mapped[Id]
    amount_krw: Mapped[Krw]
    bank_reference: Mapped[Words]

    __table_args__ = (CheckConstraint("amount_krw > 0", name="amount"),)


class JobRow(Base):
    """A job's money; locked first by everything that changes it. `close_revision` is 0 until the job is closed."""

    __tablename__ = "job"

    job_id: Mapped[Id] = mapped_column(primary_key=True)
    organisation_id: Mapped[Id]
    escrow_account_id: Mapped[Id] = mapped_column(ForeignKey("account.account_id"))
    close_revision: Mapped[Big] = mapped_column(server_default="0")
    answers_submitted: Mapped[Big] = mapped_column(server_default="0")
    appeal_end_time: Mapped[Instant | None]
    released_krw: Mapped[Krw] = mapped_column(server_default="0")
    covered_krw: Mapped[Krw] = mapped_column(server_default="0")
    appeals_krw: Mapped[Krw] = mapped_column(server_default="0")
    kept_krw: Mapped[Krw] = mapped_column(server_default="0")
    release_revision: Mapped[Big] = mapped_column(server_default="0")
    swept_fee_krw: Mapped[Krw] = mapped_column(server_default="0")
    swept_vat_krw: Mapped[Krw] = mapped_column(server_default="0")

    __table_args__ = (
        CheckConstraint(
            "released_krw >= 0 AND covered_krw >= 0 AND appeals_krw >= 0 AND kept_krw >= 0", name="amounts"
        ),
        Index("ix_job_organisation_id", "organisation_id"),
        Index("ix_job_appeal_end_time", "appeal_end_time", postgresql_where=text("kept_krw > 0")),
    )


class ReservationRow(Base):
    """Money asked for under one publish_no, its prices, and counts of the answers that have them."""

    __tablename__ = "reservation"

    job_id: Mapped[Id] = mapped_column(ForeignKey("job.job_id"), primary_key=True)
    publish_no: Mapped[int] = mapped_column(primary_key=True)
    price_krw: Mapped[Krw]
    fee_krw: Mapped[Krw]
    fee_vat_krw: Mapped[Krw]
    budget_krw: Mapped[Krw]
    appeal_seconds: Mapped[Big]
    state: Mapped[Words]
    missing_krw: Mapped[Krw]
    final_count: Mapped[Big]
    rejected_count: Mapped[Big]
    paid_count: Mapped[Big]

    __table_args__ = (
        CheckConstraint("publish_no > 0", name="publish_no"),
        CheckConstraint("price_krw >= 0 AND fee_krw >= 0 AND fee_vat_krw >= 0 AND budget_krw >= 0", name="amounts"),
        CheckConstraint("state IN ('RESERVED', 'REFUSED', 'RETURNED')", name="state"),
        CheckConstraint("final_count >= 0 AND rejected_count >= 0 AND paid_count >= 0", name="counts"),
    )


class PaidAnswerRow(Base):
    """What one answer has brought in all, by its latest verdict."""

    __tablename__ = "paid_answer"

    answer_id: Mapped[Id] = mapped_column(primary_key=True)
    job_id: Mapped[Id]
    worker_id: Mapped[Id]
    publish_no: Mapped[int]
    revision: Mapped[Big]
    state: Mapped[Words]
    is_paid: Mapped[bool]
    net_krw: Mapped[Krw]

    __table_args__ = (
        CheckConstraint("net_krw >= 0 AND (is_paid OR net_krw = 0)", name="net"),
        CheckConstraint("state IN ('PENDING', 'ACCEPTED', 'REJECTED')", name="state"),
        ForeignKeyConstraint(["job_id", "publish_no"], ["reservation.job_id", "reservation.publish_no"]),
    )


class PaidLineRow(Base):
    """One line of a worker's statement: what one verdict revision of one answer brought or took, once."""

    __tablename__ = "paid_line"

    answer_id: Mapped[Id] = mapped_column(primary_key=True)
    revision: Mapped[Big] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    line_time: Mapped[Instant] = mapped_column(server_default=func.now())
    journal_id: Mapped[Id] = mapped_column(ForeignKey("journal.journal_id"))
    worker_id: Mapped[Id]
    job_id: Mapped[Id]
    amount_krw: Mapped[Krw]

    __table_args__ = (
        CheckConstraint("amount_krw <> 0", name="amount"),
        Index("ix_paid_line_worker_id_line_time", "worker_id", "line_time", "line_id"),
    )


attach_runtime_tables(Base.metadata)
