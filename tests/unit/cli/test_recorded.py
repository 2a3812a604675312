"""Reading recorded answers: what is taken, and how a wrong file is named."""

from pathlib import Path

import pytest

from services.cli.replay.recorded import Recorded, RecordedError, read_recording

ANSWERS = "worker,task,label\nw1,t1,a\nw2,t1,b\nw1,t2,a\n"
GOLD = "task,label\nt1,a\n"


def write(folder: Path, answers: str | bytes = ANSWERS, gold: str = GOLD) -> tuple[Path, Path]:
    a, g = folder / "answers.csv", folder / "gold.csv"
    a.write_bytes(answers if isinstance(answers, bytes) else answers.encode())
    g.write_text(gold, encoding="utf-8")
    return a, g


def test_other_columns_and_their_order_do_not_matter(tmp_path: Path) -> None:
    recording = read_recording(*write(tmp_path, "label,time,task,worker\na,1,t1,w1\nb,2,t1,w2\n"))
    assert recording.answers == (Recorded("w1", "t1", "a"), Recorded("w2", "t1", "b"))
    assert recording.gold == {"t1": "a"}


def test_a_byte_order_mark_windows_line_ends_and_quotes_are_read(tmp_path: Path) -> None:
    text = '\ufeffWorker,Task,Label\r\n"w,1",t1,"a"\r\nw2,t1,b\r\n\r\n'
    recording = read_recording(*write(tmp_path, text.encode()))
    assert recording.workers == ["w,1", "w2"]


def test_a_repeated_worker_and_task_counts_once_and_the_first_counts(tmp_path: Path) -> None:
    recording = read_recording(*write(tmp_path, ANSWERS + "w1,t1,b\n"))
    assert recording.duplicate_count == 1
    assert recording.answers[0].label == "a"


def test_a_seed_shuffles_the_rows_the_same_way_each_time(tmp_path: Path) -> None:
    text = "worker,task,label\n" + "".join(f"w{n},t{n % 7},{n % 2}\n" for n in range(50))
    paths = write(tmp_path, text)
    once, again, other = (read_recording(*paths, seed=seed) for seed in (1, 1, 2))
    assert once == again != other
    assert set(once.answers) == set(read_recording(*paths).answers)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ("worker,label\nw1,a\n", "answers.csv: line 1: column task is missing; found worker, label"),
        ("worker,task,label,task\nw1,t1,a,t2\n", "answers.csv: line 1: column task is there twice"),
        (ANSWERS + "w1,t3\n", "answers.csv: line 5: 2 columns where the header has 3"),
        (ANSWERS + "w1,t3,a,x\n", "answers.csv: line 5: 4 columns where the header has 3"),
        (ANSWERS + "w1,t3,\n", "answers.csv: line 5, column label: empty"),
        (ANSWERS + " ,t3,a\n", "answers.csv: line 5, column worker: empty"),
        (ANSWERS + "w1," + "t" * 201 + ",a\n", "answers.csv: line 5, column task: 201 characters, at most 200"),
        (ANSWERS + 'w1,"t3,a\n', "answers.csv: line 5: not CSV"),
        (b"worker,task,label\nw1,t1,\xff\n", "answers.csv: not UTF-8 at byte"),
        ("worker,task,label\n", "answers.csv: has no rows"),
        ("", "answers.csv: has no rows"),
        ("worker,task,label\nw1,t1,a\n", "answers.csv: column label: 2 to 200 different labels are needed, found 1"),
    ],
)
def test_a_wrong_file_is_named_with_line_and_column(tmp_path: Path, answers: str | bytes, message: str) -> None:
    with pytest.raises(RecordedError) as refused:
        read_recording(*write(tmp_path, answers))
    assert message in str(refused.value)


def test_a_task_with_two_known_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordedError, match=r"gold.csv: line 3, column label: 't1' was 'a' before and is 'b' here"):
        read_recording(*write(tmp_path, gold="task,label\nt1,a\nt1,b\n"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordedError, match=r"gone.csv: cannot be read: No such file"):
        read_recording(tmp_path / "gone.csv", tmp_path / "gold.csv")
