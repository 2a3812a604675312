"""What the contracts call sensitive never reaches the log."""

from ilgam.accounts.v1 import accounts_service_pb2 as accounts
from ilgam.tasks.v1 import tasks_service_pb2 as tasks

from services.runtime.redaction import redacted


def test_sensitive_fields_are_left_out_at_every_depth() -> None:
    request = accounts.ImportAccountsRequest(
        request_id="r",
        rows=[accounts.ImportAccountRow(email="kim@example.kr", display_name="김하늘", password="hunter2-hunter2")],
    )
    assert redacted(request) == {
        "request_id": "r",
        "rows": [{"email": "***", "display_name": "***", "password": "***"}],
    }


def test_long_texts_and_lists_are_cut() -> None:
    request = tasks.SubmitAnswersRequest(answers=[tasks.Answer(answer_json="x" * 500)] * 5)
    shown = redacted(request)["answers"]
    assert len(shown) == 4
    assert len(shown[0]["answer_json"]) == 83
