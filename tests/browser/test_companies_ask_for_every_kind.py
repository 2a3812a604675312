"""A company asks for more than a choice: the form of a kind, its preview, and data with known answers."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from ilgam.tasks.v1 import tasks_service_pb2 as pb
from playwright.async_api import expect

from tests.support.browser import PHONE, Visitor
from tests.support.kinds import picture, sound
from tests.support.market import Market, Person

pytestmark = pytest.mark.asyncio(loop_scope="session")
TEXT = "김하늘 씨는 부산에 갔다."
GOLD = [
    {"id": "m1", "control": "mark", "type": "span", "label": "사람", "value": {"start": 0, "end": 3, "quote": "김하늘"}}
]


async def begin(visitor: Visitor, kind: str) -> None:
    """The form of a new job of a kind, filled in."""
    page = visitor.page
    await visitor.go("/company/jobs/new")
    await page.fill("#field-title", "이름 찾기")
    await page.locator(f'input[name="kind"][value="{kind}"]').check()
    if await page.locator("#field-labels").is_visible():
        await page.fill("#field-labels", "사람 / Person\n장소 / Place")


async def shot(visitor: Visitor, name: str) -> None:
    """A picture of the page for whoever looks, where ILGAM_SHOTS names a folder."""
    if folder := os.environ.get("ILGAM_SHOTS"):
        await visitor.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


async def send(visitor: Visitor, name: str, content: bytes) -> str:
    """Uploads a file to the job whose data page is open; gives the job's id."""
    page = visitor.page
    await page.set_input_files("#field-file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    await page.locator("form[enctype] button.main").click()
    await expect(page.locator('[data-report="done"]')).to_be_visible()
    return visitor.at().split("/")[3]


async def items_of(company: Person, job_id: str) -> list[pb.Item]:
    return list((await company.client.tasks.ListItems(pb.ListItemsRequest(job_id=job_id))).items)


async def test_a_job_of_marks_is_previewed_saved_filled_and_its_refusals_are_said(
    market: Market, visitor: Visitor
) -> None:
    company = await market.company()
    await visitor.sign_in(company)
    page = visitor.page
    await begin(visitor, "span")
    await page.locator("button[value=preview]").click()
    await page.locator("#preview").scroll_into_view_if_needed()
    await expect(page.locator("#preview [data-said][data-drawn]")).to_have_count(1)
    await expect(page.locator("#preview")).to_contain_text("장소")
    assert await visitor.problems() == []
    await page.locator("#preview .spans-text").focus()
    for key in ("Control+Shift+ArrowRight", "2"):
        await page.keyboard.press(key)
    await expect(page.locator("#preview .mark-pick")).to_contain_text("장소")
    # Digits that are typed into the form stay what they are.
    await page.locator("#field-price_krw").fill("")
    await page.keyboard.type("120")
    await expect(page.locator("#field-price_krw")).to_have_value("120")
    await expect(page.locator("#preview .mark-pick")).to_contain_text("장소")
    await shot(visitor, "form-span")
    await page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert await visitor.problems() == []
    await page.locator('form[action="/company/jobs/new"] button.main').click()
    await page.wait_for_url("**/data")
    assert await visitor.problems() == []
    await shot(visitor, "data-span-phone")
    lines = [
        {"key": "gold", "data": {"text": TEXT}, "gold": GOLD},
        {"key": "other", "data": {"text": "오늘은 날씨가 좋다."}},
        {"key": "past the end", "data": {"text": "짧다"}, "gold": GOLD},
        {"key": "nothing", "data": {}},
    ]
    job_id = await send(visitor, "글.jsonl", "\n".join(json.dumps(line) for line in lines).encode())
    await expect(page.locator("[data-report] tbody")).to_contain_text("1번째 표시: 표시가 자료 밖으로 나갔어요.")
    await expect(page.locator("[data-report] tbody")).to_contain_text("$.text 자리에 글이 없어요.")
    found = await items_of(company, job_id)
    assert [(item.key, item.gold) for item in found] == [("gold", True), ("other", False)]
    await visitor.go(f"/company/jobs/{job_id}/items/{found[0].item_id}")
    await expect(page.locator(".item-answer.known")).to_contain_text("김하늘")
    await visitor.go(f"/company/jobs/{job_id}/edit")
    await expect(page.locator('input[name="kind"][value="span"]')).to_be_checked()


async def test_two_pictures_to_compare_come_in_one_archive_with_a_sheet(market: Market, visitor: Visitor) -> None:
    company = await market.company()
    await visitor.sign_in(company)
    await begin(visitor, "pair")
    await visitor.page.select_option("#field-pair_of", "image")
    await visitor.page.locator('form[action="/company/jobs/new"] button.main').click()
    await visitor.page.wait_for_url("**/data")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("왼쪽.png", "b.png"):
            archive.writestr(name, picture(len(name)))
        rows = [
            {"key": "1", "data": {"first": "왼쪽.png", "second": "b.png"}},
            {"data": {"first": "c.png", "second": "b.png"}},
        ]
        archive.writestr("items.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
    job_id = await send(visitor, "pairs.zip", written.getvalue())
    await expect(visitor.page.locator("[data-report] tbody")).to_contain_text("c.png")
    [item] = await items_of(company, job_id)
    await visitor.go(f"/company/jobs/{job_id}/items/{item.item_id}")
    await expect(visitor.page.locator(".bench-object img")).to_have_count(2)


async def test_a_file_that_cannot_be_taken_is_named_with_what_to_do(market: Market, visitor: Visitor) -> None:
    visitor.guard.expects("status of 422")
    await visitor.sign_in(await market.company())
    page = visitor.page
    await begin(visitor, "shape")
    await page.locator('form[action="/company/jobs/new"] button.main').click()
    await page.wait_for_url("**/data")
    await page.set_input_files("#field-file", {"name": "a.zip", "mimeType": "application/zip", "buffer": b""})
    await page.locator("form[enctype] button.main").click()
    await expect(page.locator("#error-file")).to_contain_text("빈 파일")
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("잡음.wav", sound())
        archive.writestr("빈.png", b"")
    await send(visitor, "a.zip", written.getvalue())
    await expect(page.locator("[data-report] tbody")).to_contain_text("잡음.wav")
    await expect(page.locator("[data-report] tbody")).to_contain_text("빈.png")
    await expect(page.locator("[data-report] tbody")).not_to_contain_text("media:")


async def test_a_job_of_sound_and_one_of_film_are_tried_before_they_are_saved(market: Market, visitor: Visitor) -> None:
    await visitor.sign_in(await market.company())
    page = visitor.page
    for kind, made in (("segment", ".seg-list li"), ("track", ".drawing-entry")):
        await begin(visitor, kind)
        await page.locator("button[value=preview]").click()
        await expect(page.locator("#preview [data-said][data-drawn]")).to_have_count(1)
        if kind == "segment":
            await page.locator("#preview").get_by_role("button", name="여기서 시작").click()
            await page.locator("#preview input[type=range]").first.press("End")
            await page.locator("#preview").get_by_role("button", name="여기까지").click()
        else:
            await page.locator("#preview").get_by_role("button", name="상자").click()
            easel = page.locator("#preview .easel")
            await easel.click(position={"x": 60, "y": 40})
            await easel.click(position={"x": 160, "y": 120})
        await expect(page.locator(f"#preview {made}")).to_have_count(1)


@pytest.mark.long
@pytest.mark.parametrize("kind", ["text", "image", "shape", "segment", "track", "cell", "pair", "writing", "json"])
async def test_the_form_of_every_kind_can_be_used_by_anybody(market: Market, visitor: Visitor, kind: str) -> None:
    await visitor.sign_in(await market.company())
    await begin(visitor, kind)
    assert await visitor.problems() == []
    if kind != "json":
        await visitor.page.locator("button[value=preview]").click()
        await expect(visitor.page.locator("#preview")).to_be_visible()
        assert await visitor.problems() == []
        await shot(visitor, f"form-{kind}")
