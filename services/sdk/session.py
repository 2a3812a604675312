"""A caller's session: signs in, keeps the token good, proves again who is there."""

import asyncio
import time

import grpc
from ilgam.accounts.v1 import accounts_service_pb2 as pb
from ilgam.accounts.v1 import accounts_service_pb2_grpc as pb_grpc

from services.sdk.calls import NoTokens, PatientChannel
from services.sdk.credentials import ApiKey, Credentials, Password, SignInCode
from services.sdk.errors import IlgamError
from services.sdk.retries import Patience

RENEW_BEFORE_SECONDS = 30.0
# A clock that is off must not make every call renew the token.
TOKEN_SECONDS_MIN = 60.0


class SignedIn:
    """The tokens of one caller; many calls may ask at once, one of them renews."""

    def __init__(self, credentials: Credentials, channel: grpc.aio.Channel, patience: Patience) -> None:
        self._credentials = credentials
        self._open = pb_grpc.AccountsServiceStub(PatientChannel(channel, NoTokens(), patience))  # type: ignore[call-overload]  # looks like a channel
        self._lock = asyncio.Lock()
        self._session = pb.Session()
        self._good_until = 0.0
        self._own = PatientChannel(channel, _Held(self), patience)

    @property
    def session(self) -> pb.Session:
        """The session as accounts last gave it."""
        return self._session

    async def token(self) -> str:
        """A token that is good now."""
        if time.monotonic() >= self._good_until:
            await self.renew(self._session.access_token)
        return self._session.access_token

    async def renew(self, used: str) -> None:
        """Replace that token, unless another call has done so."""
        async with self._lock:
            if self._session.access_token == used:
                self._keep(await self._renewed())

    async def prove(self, used: str) -> None:
        """Replace that token by one of a fresh sign-in."""
        if not isinstance(self._credentials, Password):
            raise IlgamError(
                grpc.StatusCode.PERMISSION_DENIED, "SIGN_IN_NOT_FRESH", "the call needs a password, and there is none"
            )
        async with self._lock:
            if self._session.access_token == used:
                self._keep(await self._proved(self._credentials))

    async def _proved(self, credentials: Password) -> pb.Session:
        """The session with a fresh proof; a new one where it has ended meanwhile (signing in is a proof as well)."""
        stub = pb_grpc.AccountsServiceStub(self._own)  # type: ignore[call-overload]  # looks like a channel
        try:
            answer = await stub.Reauthenticate(pb.ReauthenticateRequest(password=credentials.password))
        except IlgamError as error:
            if error.code != grpc.StatusCode.UNAUTHENTICATED:
                raise
            return await self._begun()
        session: pb.Session = answer.session
        return session

    async def _renewed(self) -> pb.Session:
        if not self._session.refresh_token:
            return await self._begun()
        try:
            answer = await self._open.RefreshSession(
                pb.RefreshSessionRequest(refresh_token=self._session.refresh_token)
            )
        except IlgamError as error:
            if error.code != grpc.StatusCode.UNAUTHENTICATED or isinstance(self._credentials, SignInCode):
                raise
            return await self._begun()
        session: pb.Session = answer.session
        return session

    async def _begun(self) -> pb.Session:
        answer: pb.SignInResponse | pb.ExchangeApiKeyResponse
        match self._credentials:
            case ApiKey(secret):
                answer = await self._open.ExchangeApiKey(pb.ExchangeApiKeyRequest(secret=secret))
            case Password(email, password):
                answer = await self._open.SignIn(pb.SignInRequest(email=email, password=password))
            case SignInCode(email, code):
                answer = await self._open.SignIn(pb.SignInRequest(email=email, sign_in_code=code))
        return answer.session

    def _keep(self, session: pb.Session) -> None:
        lasts = session.access_expire_time.ToMicroseconds() / 1e6 - time.time()
        self._good_until = time.monotonic() + max(TOKEN_SECONDS_MIN, lasts) - RENEW_BEFORE_SECONDS
        self._session = session


class _Held:
    """The present token as it is, for calls made while the session is being renewed."""

    def __init__(self, owner: SignedIn) -> None:
        self._owner = owner

    async def token(self) -> str:
        return self._owner.session.access_token

    async def renew(self, used: str) -> None:
        raise IlgamError(
            grpc.StatusCode.UNAUTHENTICATED, "TOKEN_EXPIRED", f"the token has ended ({len(used)} characters)"
        )

    async def prove(self, used: str) -> None:
        await self.renew(used)
