"""Course documents over plain HTTP: what is wrong with one is said at the file, with its place."""

import io
import json
import zipfile

from services.sdk import new_request_id
from tests.browser import course_places as courses
from tests.service.gateway.conftest import Surfer
from tests.support.courses import changed, document, module
from tests.support.market import Market
from tests.support.pictures import picture

WHOLE = document(module("first"), module("second", practice=1))


def archive(course_json: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("course.json", course_json)
        made.writestr("a.png", picture())
    return written.getvalue()


async def test_a_document_that_breaks_a_rule_is_refused_in_words_with_the_place(surfer: Surfer, market: Market) -> None:
    organisation_id, trainer = await courses.trainers_company(market)
    home = f"/teach/course/{await courses.programme(market, organisation_id)}"
    await surfer.sign_in(trainer)
    twice = json.dumps(WHOLE).replace('"minutes": 10', '"minutes": 10, "minutes": 11', 1)
    broken = changed(WHOLE, "modules.1.practice.label_schema.controls.0.on", "nothing")
    for content, words in (
        (
            json.dumps(changed(WHOLE, "modules.0.minutes", 0)).encode(),
            "modules[0].minutes: 1부터 600까지의 수여야 해요.",
        ),
        (
            json.dumps(broken).encode(),
            "modules[1].practice.label_schema.controls[0].on: objects에 있는 id를 적어 주세요.",
        ),
        (archive(twice), "한 괄호 안에 같은 이름이 두 번 있어요."),
        (archive("[" * 5_000), "JSON"),
    ):
        fields = {"mark": await surfer.mark(), "request_id": new_request_id()}
        answer = await surfer.post(f"{home}/upload", data=fields, files={"file": ("course", content)})
        assert answer.status_code in {400, 422}, words
        assert words in answer.text
