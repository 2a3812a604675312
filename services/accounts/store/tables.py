"""The tables of the accounts database. Secrets are here as digests, hashes or sealed, never in clear."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.runtime.columns import Big, Id, Instant, Json, Small, Words
from services.runtime.tables import attach_runtime_tables, new_metadata


class Base(DeclarativeBase):
    """All tables of this database."""

    metadata = new_metadata()


class AccountRow(Base):
    """One person or program that can sign in."""

    __tablename__ = "account"

    account_id: Mapped[Id] = mapped_column(primary_key=True)
    email: Mapped[Words]
    display_name: Mapped[Words]
    language: Mapped[Words]
    password_hash: Mapped[Words | None]
    revision: Mapped[Big]
    create_time: Mapped[Instant]
    text_size: Mapped[Small] = mapped_column(server_default=text("0"))
    high_contrast: Mapped[bool] = mapped_column(server_default=false())
    single_keys_off: Mapped[bool] = mapped_column(server_default=false())
    # What each act has as its key, where it is not the usual one; never chosen: nothing.
    bench_keys: Mapped[Json | None]
    # When the owner proved that the address is theirs.
    email_verify_time: Mapped[Instant | None]
    # A closed account keeps its id alone.
    close_time: Mapped[Instant | None]

    __table_args__ = (
        Index("uq_account_email", func.lower(text("email")), unique=True),
        CheckConstraint("text_size BETWEEN 0 AND 5", name="text_size"),
        CheckConstraint("length(CAST(bench_keys AS text)) <= 8000", name="bench_keys"),
    )


class OrganisationRow(Base):
    """A company that posts jobs or teaches."""

    __tablename__ = "organisation"

    organisation_id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[Words]
    revision: Mapped[Big]
    create_time: Mapped[Instant]


class RoleGrantRow(Base):
    """A role that an account holds, in an organisation where the role is a company's."""

    __tablename__ = "role_grant"

    role_grant_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    role: Mapped[Words]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.organisation_id"))
    grant_time: Mapped[Instant]

    __table_args__ = (
        UniqueConstraint("account_id", "role", "organisation_id", postgresql_nulls_not_distinct=True),
        Index("ix_role_grant_organisation_id", "organisation_id"),
    )


class SignInCodeRow(Base):
    """A code for one first sign-in, as its SHA-256."""

    __tablename__ = "sign_in_code"

    code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    expire_time: Mapped[Instant] = mapped_column(index=True)
    use_time: Mapped[Instant | None]


class SessionRow(Base):
    """A signed-in device."""

    __tablename__ = "session"

    session_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    create_time: Mapped[Instant]
    last_use_time: Mapped[Instant]
    auth_time: Mapped[Instant]
    expire_time: Mapped[Instant] = mapped_column(index=True)
    end_time: Mapped[Instant | None]
    revision: Mapped[Big]

    __table_args__ = (Index("ix_session_live", "account_id", "session_id", postgresql_where=text("end_time IS NULL")),)


class RefreshTokenRow(Base):
    """A refresh token as its SHA-256; used ones stay until they expire, so that reuse is seen."""

    __tablename__ = "refresh_token"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.session_id", ondelete="CASCADE"), index=True)
    expire_time: Mapped[Instant] = mapped_column(index=True)
    use_time: Mapped[Instant | None]


class ApiKeyRow(Base):
    """A key for a program, as the SHA-256 of its secret."""

    __tablename__ = "api_key"

    api_key_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    name: Mapped[Words]
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    create_time: Mapped[Instant]
    last_use_time: Mapped[Instant | None]
    revoke_time: Mapped[Instant | None]

    __table_args__ = (
        Index("ix_api_key_live", "account_id", "api_key_id", postgresql_where=text("revoke_time IS NULL")),
    )


class FailedSignInRow(Base):
    """A sign-in that failed, or is being checked just now; rows are deleted after the window."""

    __tablename__ = "failed_sign_in"

    attempt_id: Mapped[Id] = mapped_column(primary_key=True)
    email_digest: Mapped[bytes] = mapped_column(LargeBinary)
    place: Mapped[Words]
    attempt_time: Mapped[Instant] = mapped_column(index=True)

    __table_args__ = (Index("ix_failed_sign_in_place", "place", "attempt_time"),)


class SigningKeyRow(Base):
    """A key pair that signs access tokens; the private part is sealed."""

    __tablename__ = "signing_key"

    key_id: Mapped[Words] = mapped_column(primary_key=True)
    public_jwk: Mapped[Json]
    private_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    active_time: Mapped[Instant]
    retire_time: Mapped[Instant | None]


class NoticeRow(Base):
    """Something that a person is told; `notice_group` is the contract's number. No once_key: told whenever it comes."""

    __tablename__ = "notice"

    notice_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"))
    template: Mapped[Words]
    notice_group: Mapped[Small]
    parameters: Mapped[Json]
    path: Mapped[Words]
    once_key: Mapped[Words | None]
    create_time: Mapped[Instant] = mapped_column(index=True)
    read_time: Mapped[Instant | None]

    __table_args__ = (
        Index("uq_notice_once", "account_id", "once_key", unique=True, postgresql_where=text("once_key IS NOT NULL")),
        Index("ix_notice_account_id", "account_id", "notice_id"),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_time IS NULL")),
    )


class NoticeChoiceRow(Base):
    """Whether the notices of a group go out to a person by e-mail; no row: as the group has it by default."""

    __tablename__ = "notice_choice"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), primary_key=True)
    notice_group: Mapped[Small] = mapped_column(primary_key=True)
    by_email: Mapped[bool]


class ConsentRow(Base):
    """An agreement to a version of a document, and when it was taken back."""

    __tablename__ = "consent"

    consent_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), index=True)
    document: Mapped[Words]
    version: Mapped[Small]
    give_time: Mapped[Instant]
    withdraw_time: Mapped[Instant | None]

    __table_args__ = (
        Index(
            "uq_consent_live",
            "account_id",
            "document",
            "version",
            unique=True,
            postgresql_where=text("withdraw_time IS NULL"),
        ),
    )


class VerificationRow(Base):
    """The code that was last written to an unverified address, as a keyed digest."""

    __tablename__ = "verification"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.account_id"), primary_key=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[Small]
    expire_time: Mapped[Instant]


class PasswordResetRow(Base):
    """A link for a new password, as the SHA-256 of its token; of an unknown address it has no account."""

    __tablename__ = "password_reset"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.account_id"), index=True)
    expire_time: Mapped[Instant] = mapped_column(index=True)
    use_time: Mapped[Instant | None]


class MailRow(Base):
    """An e-mail to an account's address, which is looked up when it is sent; a secret in it is sealed until then."""

    __tablename__ = "mail"

    mail_id: Mapped[Id] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.account_id"))
    kind: Mapped[Words]
    subject: Mapped[Words]
    body: Mapped[Words]
    secret_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    stop_link: Mapped[Words | None]
    verified_only: Mapped[bool]
    state: Mapped[Words]
    tries: Mapped[Small]
    create_time: Mapped[Instant] = mapped_column(index=True)
    next_try_time: Mapped[Instant]

    __table_args__ = (
        Index("ix_mail_waiting", "next_try_time", postgresql_where=text("state = 'WAITING'")),
        Index("ix_mail_account_id", "account_id", "kind", "create_time"),
        CheckConstraint("state IN ('WAITING', 'SENT', 'GIVEN_UP', 'DROPPED')", name="state"),
    )


class CountedActRow(Base):
    """Something that may be done only so often from one place; rows are deleted after the window."""

    __tablename__ = "counted_act"

    counted_act_id: Mapped[Id] = mapped_column(primary_key=True)
    act: Mapped[Words]
    place: Mapped[Words]
    act_time: Mapped[Instant] = mapped_column(index=True)

    __table_args__ = (Index("ix_counted_act_place", "place", "act", "act_time"),)


attach_runtime_tables(Base.metadata)
