"""Somebody unmistakable signs up, recovers, mistypes and leaves: only accounts ever knew who they were, and it forgot."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from playwright.async_api import expect

from deploy.nats.topology import SERVICES
from tests.browser.test_pages_of_accounts import NEW_PASSWORD, mailbox_of, sign_up
from tests.support.browser import Visitor
from tests.support.service import eventually
from tests.support.site import Site

SESSION = pytest.mark.asyncio(loop_scope="session")


@SESSION
async def test_a_persons_name_address_and_secrets_stay_in_accounts_and_go_with_the_account(
    visitor: Visitor, site: Site
) -> None:
    mark = uuid4().hex[:10]
    email, name, phone = f"canary-{mark}@example.org", f"카나리아{mark}", f"010-{mark[:4]}-{mark[4:8]}"
    password = f"password-{mark}-long"
    page = visitor.page
    await sign_up(visitor, email, f"{name} {phone}", password)
    (code_mail,) = await mailbox_of(site).arrived(email)
    await page.get_by_label("확인 번호").fill(code_mail.code)
    await page.get_by_role("button", name="확인하기").click()
    await page.wait_for_url("**/account?done=verified")
    account_id = await _account_id(site, email)

    visitor.guard.expects("status of 401", "status of 422")
    await _mistype(visitor, email, f"wrong-{mark}-password")
    await visitor.go("/recover")
    await page.get_by_label("이메일").fill(email)
    await page.get_by_role("button", name="링크 받기").click()
    await page.wait_for_url("**/recover/sent")
    _, link_mail = await mailbox_of(site).arrived(email, 2)
    await visitor.go(f"/recover/new?code={link_mail.token}")
    await page.get_by_label("새 비밀번호").fill(NEW_PASSWORD)
    await page.get_by_role("button", name="비밀번호 정하기").click()
    await page.wait_for_url("**/recover/done")

    canaries = [email, name, phone, mark, link_mail.token]
    assert await _found_in_databases(site, ["accounts"], [email, name]) != []  # what is there is found
    assert await _found_in_databases(site, [service for service in SERVICES if service != "accounts"], canaries) == []
    assert await _found_in_databases(site, ["accounts"], [password, link_mail.token]) == []
    assert await _events_with(site, canaries) == []

    await visitor.sign_in_as(email, NEW_PASSWORD)
    await visitor.go("/account/close")
    await page.get_by_label("되돌릴 수 없다는 것을").check()
    await page.get_by_role("button", name="계정 닫기").click()
    await page.wait_for_url("**/closed")

    async def workers_heard() -> bool:
        return await _has_heard(site, "workers", account_id)

    await eventually(workers_heard)
    assert await _found_in_databases(site, list(SERVICES), canaries) == []
    assert _found_in_logs(site, [*canaries, password, NEW_PASSWORD]) == []


async def _mistype(visitor: Visitor, email: str, password: str) -> None:
    """A sign-in that fails, in a browser of somebody who is signed out."""
    await visitor.context.clear_cookies()
    await visitor.go("/sign-in")
    await visitor.page.get_by_label("이메일").fill(email)
    await visitor.page.get_by_label("비밀번호").fill(password)
    await visitor.page.locator("main").get_by_role("button", name="로그인").click()
    await expect(visitor.page.locator("#errors")).to_be_visible()


async def _connect(site: Site, service: str) -> asyncpg.Connection:
    return await asyncpg.connect(site.postgres_url(f"ilgam_{service}", f"ilgam_{service}_owner"))


async def _account_id(site: Site, email: str) -> str:
    connection = await _connect(site, "accounts")
    try:
        return str(await connection.fetchval("SELECT account_id FROM account WHERE email = $1", email))
    finally:
        await connection.close()


async def _found_in_databases(site: Site, services: list[str], canaries: list[str]) -> list[str]:
    """Where a canary stands in a table, as text or as bytes."""
    found = []
    for service in services:
        connection = await _connect(site, service)
        try:
            tables = await connection.fetch(
                "SELECT table_name FROM information_schema.tables"
                " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
            )
            for (table,) in tables:
                for canary in canaries:
                    asked = (
                        f'SELECT count(*) FROM "{table}" AS t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0'
                    )
                    if await connection.fetchval(asked, canary, canary.encode().hex()):
                        found.append(f"{service}.{table}: {canary}")
        finally:
            await connection.close()
    return found


async def _events_with(site: Site, canaries: list[str]) -> list[str]:
    """Events with a canary: the outbox is all that streams are filled from."""
    found = []
    for service in SERVICES:
        connection = await _connect(site, service)
        try:
            for canary in canaries:
                asked = "SELECT count(*) FROM outbox WHERE position($1::bytea IN payload) > 0"
                if await connection.fetchval(asked, canary.encode()):
                    found.append(f"{service}: {canary}")
        finally:
            await connection.close()
    return found


async def _has_heard(site: Site, service: str, account_id: str) -> bool:
    """Whether a service has applied the event that tells of the end of an account."""
    accounts = await _connect(site, "accounts")
    asked = "SELECT event_id FROM outbox WHERE event_type LIKE '%AccountClosed' AND position($1::bytea IN payload) > 0"
    event_id = await accounts.fetchval(asked, account_id.encode())
    await accounts.close()
    connection = await _connect(site, service)
    heard = await connection.fetchval("SELECT count(*) FROM inbox WHERE event_id = $1", event_id)
    await connection.close()
    return bool(heard)


def _found_in_logs(site: Site, canaries: list[str]) -> list[str]:
    """Where a canary stands in what processes wrote down; PostgreSQL's and NATS's own logs are among them."""
    files = [file for file in Path(site.data_dir, "log").rglob("*") if file.is_file()]
    assert files
    pattern = re.compile("|".join(re.escape(canary) for canary in canaries).encode())
    return [f"{file.name}: {found[:80]!r}" for file in files for found in pattern.findall(file.read_bytes())]
