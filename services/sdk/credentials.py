"""What a caller proves with who it is."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Password:
    """E-mail and password; the client can prove them again whenever a call asks for it."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True)
class SignInCode:
    """E-mail and a code for one sign-in, as ImportAccounts gives it."""

    email: str
    code: str = field(repr=False)


@dataclass(frozen=True)
class ApiKey:
    """The secret of an API key, for programs."""

    secret: str = field(repr=False)


Credentials = Password | SignInCode | ApiKey
