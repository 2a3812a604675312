"""Who may be tried in the demo: one sign-in per role, known to everybody.

They exist only where `ilgam seed` made them, which it does on this machine only; the sign-in page shows them only when
ILGAM_DEMO is on.
"""

from dataclasses import dataclass
from typing import Final

DOMAIN: Final = "demo.ilgam.localhost"
PASSWORD: Final = "ilgam-demo-2026"  # noqa: S105  (meant to be known)


@dataclass(frozen=True)
class DemoSignIn:
    """One sign-in.

    Attributes:
        role: worker, applicant, trainer, company or operator.
        name: as the pages show it.
        email: to sign in with.
        password: the same for all.
    """

    role: str
    name: str
    email: str
    password: str = PASSWORD


SIGN_INS: Final = (
    DemoSignIn("worker", "이하늘", f"worker@{DOMAIN}"),
    DemoSignIn("applicant", "나새봄", f"applicant@{DOMAIN}"),
    DemoSignIn("trainer", "문가람", f"trainer@{DOMAIN}"),
    DemoSignIn("company", "한빛고을", f"company@{DOMAIN}"),
    DemoSignIn("operator", "오세움", f"operator@{DOMAIN}"),
)
WORKER, APPLICANT, TRAINER, COMPANY, OPERATOR = SIGN_INS
