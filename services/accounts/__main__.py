"""Wiring of the accounts process."""

from pathlib import Path

from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as pb_grpc
from ilgam.accounts.v1 import notices_service_pb2, notices_service_pb2_grpc

from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.stop_tokens import StopTokens
from services.accounts.credentials.tokens import Signer
from services.accounts.entrypoints.servicer import AccountsServicer, Credentials
from services.accounts.entrypoints.servicer.notices import NoticesServicer
from services.accounts.entrypoints.subscribers import subscribers
from services.accounts.post.couriers import courier_of
from services.accounts.store.tables import Base
from services.accounts.use_cases.keep_notices import NoticeHouse
from services.accounts.use_cases.send_mail import Mailer
from services.accounts.use_cases.start import keep_house, open_house
from services.accounts.wording.notices import load_notice_words
from services.runtime.database import Database
from services.runtime.server import Periodic, Runtime, Served, Wiring, run
from services.runtime.vault import Vault

SERVICE = pb.DESCRIPTOR.services_by_name["AccountsService"]
KEEP_HOUSE_SECONDS = 60.0
SEND_MAIL_SECONDS = 1.0


def build(runtime: Runtime) -> Wiring:
    """Everything that this process is made of."""
    secrets_dir = _secrets_dir(runtime)
    vault = Vault.open(secrets_dir)
    credentials = Credentials(Passwords(), vault, Signer(vault))

    async def on_start(database: Database) -> None:
        await open_house(database, credentials.signer, credentials.passwords, secrets_dir)

    settings = runtime.settings
    mailer = Mailer(courier_of(settings.smtp_url, settings.mail_dir), vault, settings.mail_from)
    notices = NoticeHouse(load_notice_words(), StopTokens(vault), settings.public_url)
    servicer = AccountsServicer(runtime.database, credentials, settings.public_url)
    return Wiring(
        served=[
            Served(SERVICE, pb_grpc.add_AccountsServiceServicer_to_server, servicer),
            Served(
                notices_service_pb2.DESCRIPTOR.services_by_name["NoticesService"],
                notices_service_pb2_grpc.add_NoticesServiceServicer_to_server,
                NoticesServicer(runtime.database, notices),
            ),
        ],
        metadata=Base.metadata,
        subscribers=subscribers(notices),
        periodic=[
            Periodic("keep_accounts", KEEP_HOUSE_SECONDS, keep_house),
            Periodic("send_mail", SEND_MAIL_SECONDS, mailer.send_due),
        ],
        on_start=[on_start],
    )


def _secrets_dir(runtime: Runtime) -> Path:
    if runtime.settings.secrets_dir is None:
        raise SystemExit("accounts needs ILGAM_SECRETS_DIR: the folder with secret.key")
    return runtime.settings.secrets_dir


if __name__ == "__main__":
    run("accounts", build)
