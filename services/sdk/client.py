"""One caller's view of the five services: generated stubs over patient, signed channels."""

from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ilgam.accounts.v1.accounts_service_pb2_grpc import AccountsServiceStub
from ilgam.accounts.v1.notices_service_pb2_grpc import NoticesServiceStub
from ilgam.events.v1.events_service_pb2_grpc import EventsServiceStub
from ilgam.payments.v1.payments_service_pb2_grpc import PaymentsServiceStub
from ilgam.quality.v1.quality_service_pb2_grpc import QualityServiceStub
from ilgam.tasks.v1.tasks_service_pb2_grpc import TasksServiceStub
from ilgam.workers.v1.consultations_service_pb2_grpc import ConsultationsServiceStub
from ilgam.workers.v1.courses_service_pb2_grpc import CoursesServiceStub
from ilgam.workers.v1.journeys_service_pb2_grpc import JourneysServiceStub
from ilgam.workers.v1.programmes_service_pb2_grpc import ProgrammesServiceStub
from ilgam.workers.v1.workers_service_pb2_grpc import WorkersServiceStub

from services.sdk.calls import NoTokens, PatientChannel, Tokens
from services.sdk.channels import SERVICES, Channels
from services.sdk.credentials import Credentials
from services.sdk.retries import Patience
from services.sdk.session import SignedIn

if TYPE_CHECKING:  # these exist for type checkers only
    from ilgam.accounts.v1.accounts_service_pb2_grpc import AccountsServiceAsyncStub
    from ilgam.accounts.v1.notices_service_pb2_grpc import NoticesServiceAsyncStub
    from ilgam.events.v1.events_service_pb2_grpc import EventsServiceAsyncStub
    from ilgam.payments.v1.payments_service_pb2_grpc import PaymentsServiceAsyncStub
    from ilgam.quality.v1.quality_service_pb2_grpc import QualityServiceAsyncStub
    from ilgam.tasks.v1.tasks_service_pb2_grpc import TasksServiceAsyncStub
    from ilgam.workers.v1.consultations_service_pb2_grpc import ConsultationsServiceAsyncStub
    from ilgam.workers.v1.courses_service_pb2_grpc import CoursesServiceAsyncStub
    from ilgam.workers.v1.journeys_service_pb2_grpc import JourneysServiceAsyncStub
    from ilgam.workers.v1.programmes_service_pb2_grpc import ProgrammesServiceAsyncStub
    from ilgam.workers.v1.workers_service_pb2_grpc import WorkersServiceAsyncStub

DEFAULT_TARGET = "127.0.0.1:7500"


class Client:
    """Calls Ilgam as one account, or as nobody.

    Its stubs raise IlgamError and take `timeout` for all attempts of a call together.
    """

    def __init__(
        self,
        channels: Channels,
        credentials: Credentials | None,
        patience: Patience | None = None,
        *,
        tokens: Tokens | None = None,
    ) -> None:
        """Use channels that somebody else closes, and tokens from elsewhere; see `connect` for the usual way."""
        self._channels = channels
        self._patience = patience or Patience()
        self._signed_in = SignedIn(credentials, channels["accounts"], self._patience) if credentials else None
        self._tokens: Tokens = self._signed_in or tokens or NoTokens()
        self._owns_channels = False

    @classmethod
    async def connect(
        cls, target: str = DEFAULT_TARGET, credentials: Credentials | None = None, *, patience: Patience | None = None
    ) -> "Client":
        """A client with channels of its own; signed in when it has credentials.

        Args:
            target: `host:port`, the first port of a stack's range.
            credentials: who calls; None can call only what is open to anybody.
            patience: how long calls may take.

        Raises:
            IlgamError: the sign-in failed.
        """
        client = cls(Channels(target), credentials, patience)
        client._owns_channels = True
        try:
            await client.sign_in()
        except BaseException:
            await client.close()
            raise
        return client

    async def sign_in(self) -> None:
        """Begin the session now rather than with the first call."""
        if self._signed_in:
            await self._signed_in.token()

    async def sibling(self, credentials: Credentials | None) -> "Client":
        """Another caller over the same channels, signed in."""
        client = Client(self._channels, credentials, self._patience)
        await client.sign_in()
        return client

    @property
    def account_id(self) -> str:
        """The caller's account; empty before the sign-in and for nobody."""
        return self._signed_in.session.account_id if self._signed_in else ""

    @property
    def patience(self) -> Patience:
        """How long calls may take."""
        return self._patience

    def _channel(self, service: str) -> Any:  # noqa: ANN401  (generated stubs want a grpc.aio.Channel and take anything alike)
        return PatientChannel(self._channels[service], self._tokens, self._patience)

    @cached_property
    def accounts(self) -> "AccountsServiceAsyncStub":
        """Who may sign in."""
        stub: AccountsServiceAsyncStub = AccountsServiceStub(self._channel("accounts"))
        return stub

    @cached_property
    def workers(self) -> "WorkersServiceAsyncStub":
        """Exams and certificates."""
        stub: WorkersServiceAsyncStub = WorkersServiceStub(self._channel("workers"))
        return stub

    @cached_property
    def notices(self) -> "NoticesServiceAsyncStub":
        """What people are told."""
        stub: NoticesServiceAsyncStub = NoticesServiceStub(self._channel("accounts"))
        return stub

    @cached_property
    def programmes(self) -> "ProgrammesServiceAsyncStub":
        """Programmes, cohorts, enrolments."""
        stub: ProgrammesServiceAsyncStub = ProgrammesServiceStub(self._channel("workers"))
        return stub

    @cached_property
    def courses(self) -> "CoursesServiceAsyncStub":
        """Courses, practice and progress."""
        stub: CoursesServiceAsyncStub = CoursesServiceStub(self._channel("workers"))
        return stub

    @cached_property
    def consultations(self) -> "ConsultationsServiceAsyncStub":
        """Slots, bookings, pools and offers."""
        stub: ConsultationsServiceAsyncStub = ConsultationsServiceStub(self._channel("workers"))
        return stub

    @cached_property
    def journeys(self) -> "JourneysServiceAsyncStub":
        """The way from the application to the first pay."""
        stub: JourneysServiceAsyncStub = JourneysServiceStub(self._channel("workers"))
        return stub

    @cached_property
    def tasks(self) -> "TasksServiceAsyncStub":
        """Jobs, items, claims and answers."""
        stub: TasksServiceAsyncStub = TasksServiceStub(self._channel("tasks"))
        return stub

    @cached_property
    def quality(self) -> "QualityServiceAsyncStub":
        """Verdicts, results and skills."""
        stub: QualityServiceAsyncStub = QualityServiceStub(self._channel("quality"))
        return stub

    @cached_property
    def payments(self) -> "PaymentsServiceAsyncStub":
        """The ledger."""
        stub: PaymentsServiceAsyncStub = PaymentsServiceStub(self._channel("payments"))
        return stub

    @cached_property
    def events(self) -> "dict[str, EventsServiceAsyncStub]":
        """The event log of each service, by its name."""
        return {service: EventsServiceStub(self._channel(service)) for service in SERVICES}

    async def close(self) -> None:
        """Close the channels if they are this client's own."""
        if self._owns_channels:
            await self._channels.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
