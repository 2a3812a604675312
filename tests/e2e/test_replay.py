"""The replay as a user calls it: a process of its own, on an Ilgam of its own."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.support.recordings import made_up, written

ACCURACIES = (0.95, 0.9, 0.9, 0.85, 0.8, 0.95, 0.3)
KEYS = [
    "answers_recorded", "answers_duplicate", "answers_used", "answers_accepted", "answers_rejected", "answers_paid",
    "paid_krw", "escrow_left_krw", "items", "items_measured", "accuracy", "majority_accuracy",
    "mean_claimed_confidence", "ledger_clean", "check_clean", "seconds",
]  # fmt: skip

COMMAND_SECONDS_MAX = 240


async def ilgam(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and error of the command."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.cli", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(COMMAND_SECONDS_MAX):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        out, err = await process.communicate()
        pytest.fail(f"ilgam {arguments[0]} did not end: {out.decode()}{err.decode()}")
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_replay_pays_what_it_accepts_and_answers_in_one_json_object(tmp_path: Path) -> None:
    recording = made_up(30, 5, ACCURACIES)
    answers, gold = written(recording, tmp_path)
    with answers.open("a", encoding="utf-8") as file:
        repeated = recording.answers[0]
        file.write(f"{repeated.worker},{repeated.task},{repeated.label}\n")
    code, out, err = await ilgam(
        "replay", "--answers", str(answers), "--gold", str(gold), "--gold-share", "0.2", "--seed", "3", "--json"
    )
    assert code == 0, err
    report = json.loads(out)
    assert list(report) == KEYS
    assert report["answers_recorded"] == 151
    assert report["answers_duplicate"] == 1
    assert report["answers_used"] == report["answers_accepted"] == report["answers_paid"] == 150
    assert report["paid_krw"] == 150 * 50
    assert report["escrow_left_krw"] == 0
    assert (report["items"], report["items_measured"]) == (30, 24)
    assert report["accuracy"] >= report["majority_accuracy"] - 0.01
    assert report["ledger_clean"] is report["check_clean"] is True


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("worker,task\nw,t\n", "line 1: column label is missing"),
        ("worker,task,label\nw,t\n", "line 2: 2 columns where the header has 3"),
    ],
)
async def test_a_wrong_file_stops_the_replay_before_anything_starts(tmp_path: Path, text: str, message: str) -> None:
    answers, gold = written(made_up(5, 2, ACCURACIES), tmp_path)
    answers.write_text(text, encoding="utf-8")
    code, out, err = await ilgam("replay", "--answers", str(answers), "--gold", str(gold))
    assert (code, out) == (2, "")
    assert f"answers.csv: {message}" in err
    assert "Traceback" not in err


async def test_an_unknown_operator_is_asked_for_in_words(tmp_path: Path) -> None:
    code, _, err = await ilgam("check", "--data", str(tmp_path))
    assert code == 2
    assert "who is the operator?" in err
