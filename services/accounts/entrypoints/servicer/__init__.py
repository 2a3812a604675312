"""AccountsService: every method converts, calls one use case, converts back."""

from __future__ import annotations

from dataclasses import dataclass

from ilgam.accounts.v1 import accounts_service_pb2_grpc as pb_grpc

from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.tokens import Signer
from services.accounts.entrypoints.servicer.accounts import AccountsRpcs
from services.accounts.entrypoints.servicer.keys import KeysRpcs
from services.accounts.entrypoints.servicer.own_account import OwnAccountRpcs
from services.accounts.entrypoints.servicer.roles import RolesRpcs
from services.accounts.entrypoints.servicer.sessions import SessionsRpcs
from services.accounts.entrypoints.servicer.sign_up import SignUpRpcs
from services.accounts.use_cases.sign_in import SignIns
from services.accounts.use_cases.write_letters import Desk
from services.accounts.wording.mail import load_mail_words
from services.runtime.database import Database
from services.runtime.vault import Vault


@dataclass(frozen=True)
class Credentials:
    """What passwords, tokens and keys are made and checked with."""

    passwords: Passwords
    vault: Vault
    signer: Signer


class AccountsServicer(
    SignUpRpcs, OwnAccountRpcs, AccountsRpcs, SessionsRpcs, RolesRpcs, KeysRpcs, pb_grpc.AccountsServiceServicer
):
    """All RPCs of accounts, from the files of this folder."""

    def __init__(self, database: Database, credentials: Credentials, public_url: str) -> None:
        self._database = database
        self._passwords = credentials.passwords
        self._vault = credentials.vault
        self._signer = credentials.signer
        self._desk = Desk(load_mail_words(public_url), credentials.vault)
        self._sign_ins = SignIns(database, credentials.passwords, credentials.signer)
