"""Accounts' pure rules: addresses, names, imports, sessions, limits, keys."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from ilgam.accounts.v1 import accounts_service_pb2 as pb

from services.accounts.domain.accounts import (
    Role,
    RoleGrant,
    email_problem,
    name_problem,
    normal_email,
    organisations_of,
    password_problem,
    role_names,
)
from services.accounts.domain.imports import ImportRow, judge_rows
from services.accounts.domain.keys import (
    SigningKey,
    active_time_of_new_key,
    jwks_json,
    key_that_signs,
    retire_time_of_old_keys,
)
from services.accounts.domain.limits import (
    FAILURES_PER_ACCOUNT_MAX,
    FAILURES_PER_ADDRESS_MAX,
    Failures,
    place_of,
    wait_seconds,
)
from services.accounts.domain.sessions import RefreshDecision, RefreshToken, Session, decide_refresh
from services.core.ids import new_id
from services.runtime.field_rules import violations_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("email", ["a@b.kr", " A@B.kr ", "한글@예시.한국", "a+b@c.d.e"])
def test_addresses_are_taken_in_one_form(email: str) -> None:
    assert email_problem(email) is None
    assert normal_email(email) == email.strip().lower()


@pytest.mark.parametrize(
    "email", ["a,b@c.kr", "a<b@c.kr", "a;b@c.kr", '"a"@b.kr', "a@b.kr>", "(a)b@c.kr", "a:b@c.kr", "a@b,c.kr"]
)
def test_an_address_that_would_go_to_somebody_else_is_refused_everywhere(email: str) -> None:
    assert (email_problem(email) or "").startswith("email: ")
    request = pb.RequestPasswordResetRequest(request_id=str(uuid4()), email=email)
    assert [violation.field for violation in violations_of(request)] == ["email"]


@pytest.mark.parametrize("email", ["", " ", "a", "a@", "@b.kr", "a b@c.kr", "a@b", "a@b..kr", f"{'a' * 250}@b.kr"])
def test_what_is_no_address_is_refused(email: str) -> None:
    assert (email_problem(email) or "").startswith("email: ")


def test_names_and_passwords_have_bounds() -> None:
    assert [name_problem(name) is None for name in ("가", "x" * 80, "x" * 81, " ", "a\x07b")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert [password_problem("x" * length) is None for length in (9, 10, 128, 129)] == [False, True, True, False]


def test_roles_of_several_organisations_are_told_apart() -> None:
    first, second = UUID(int=1), UUID(int=2)
    grants = [
        RoleGrant(Role.TRAINER, second),
        RoleGrant(Role.COMPANY, second),
        RoleGrant(Role.COMPANY, first),
        RoleGrant(Role.WORKER),
    ]
    assert role_names(grants) == ["company", "trainer", "worker"]
    assert organisations_of(grants, Role.COMPANY) == [first, second]
    assert organisations_of(grants, Role.TRAINER) == [second]


def test_a_refused_row_does_not_make_the_next_one_with_its_address_a_repetition() -> None:
    rows = [ImportRow("a@b.kr", "", ()), ImportRow("A@b.kr", "가", ()), ImportRow("a@B.kr", "나", ())]
    assert [(row.problem != "", row.repeated) for row in judge_rows(rows)] == [
        (True, False),
        (False, False),
        (False, True),
    ]
    assert "roles" in judge_rows([ImportRow("a@b.kr", "가", (None,))])[0].problem


def _token(*, used: bool = False, session_ended: bool = False, age: timedelta = SECOND) -> RefreshToken:
    made = NOW - age
    session = Session(new_id(), new_id(), made, made, made, made + 3 * HOUR, NOW if session_ended else None)
    return RefreshToken(session, made + 2 * HOUR, made if used else None)


def test_a_refresh_token_renews_once_while_it_and_its_session_live() -> None:
    assert decide_refresh(_token(), NOW) is RefreshDecision.RENEW
    assert decide_refresh(None, NOW) is RefreshDecision.REFUSE
    assert decide_refresh(_token(age=2 * HOUR), NOW) is RefreshDecision.REFUSE
    assert decide_refresh(_token(session_ended=True), NOW) is RefreshDecision.REFUSE
    assert decide_refresh(_token(used=True, age=29 * SECOND), NOW) is RefreshDecision.RENEW
    assert decide_refresh(_token(used=True, age=31 * SECOND), NOW) is RefreshDecision.END_SESSION
    assert decide_refresh(_token(used=True, age=2 * HOUR), NOW) is RefreshDecision.END_SESSION
    assert decide_refresh(_token(used=True, age=3 * HOUR), NOW) is RefreshDecision.REFUSE


def test_a_session_goes_on_while_it_lives_and_was_used_not_too_long_ago() -> None:
    def used(age: timedelta, left: timedelta = 60 * DAY, end_time: datetime | None = None) -> Session:
        return Session(new_id(), new_id(), NOW - age, NOW - age, NOW - age, NOW + left, end_time)

    assert used(30 * DAY - SECOND).may_continue(NOW)
    assert not used(30 * DAY).may_continue(NOW)
    assert not used(SECOND, left=timedelta(0)).may_continue(NOW)
    assert not used(SECOND, end_time=NOW).may_continue(NOW)
    assert [used(age).use_is_old(NOW) for age in (59 * SECOND, 60 * SECOND)] == [False, True]


def test_who_failed_too_often_waits_until_the_oldest_failure_is_forgotten() -> None:
    oldest = NOW - timedelta(minutes=14)
    most = FAILURES_PER_ACCOUNT_MAX
    assert wait_seconds(Failures(0, None, 0, None), NOW) == 0
    assert wait_seconds(Failures(most - 1, oldest, most - 1, oldest), NOW) == 0
    assert wait_seconds(Failures(most, oldest, most, oldest), NOW) == 60
    assert wait_seconds(Failures(0, None, FAILURES_PER_ADDRESS_MAX, NOW), NOW) == 900


def test_a_place_is_an_address_or_a_whole_ipv6_site() -> None:
    assert place_of("203.0.113.9") == "203.0.113.9"
    assert place_of("::ffff:203.0.113.9") == "203.0.113.9"
    assert place_of("2001:db8:1:2:3::4") == place_of("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert place_of("fe80::1%eth0") == "fe80::/64"
    assert place_of("") == place_of("unix:/tmp/x") == "unknown"


def _key(key_id: str, active: datetime, retire: datetime | None = None) -> SigningKey:
    return SigningKey(key_id, {"kid": key_id}, b"", active, retire)


def test_a_new_key_signs_when_the_others_have_heard_of_it() -> None:
    assert active_time_of_new_key([], NOW) == NOW
    old = _key("old", NOW - HOUR)
    active = active_time_of_new_key([old], NOW)
    assert active > NOW
    keys = [_key("old", NOW - HOUR, retire_time_of_old_keys(active)), _key("new", active)]
    for instant, expected in ((NOW, "old"), (active, "new"), (active + HOUR, "new")):
        signing = key_that_signs(keys, instant)
        assert signing is not None
        assert signing.key_id == expected
    assert retire_time_of_old_keys(active) - active >= timedelta(seconds=300)
    assert json.loads(jwks_json(keys)) == {"keys": [{"kid": "new"}, {"kid": "old"}]}
    assert key_that_signs([_key("gone", NOW - HOUR, NOW)], NOW) is None
