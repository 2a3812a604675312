"""The bench's figures."""

import os
import subprocess
import sys
import time

import pytest

from services.cli.bench.claims import Sizes
from services.cli.bench.cpu import Meter, spent
from services.cli.bench.figures import Claims, growth_ratio, median_ms, percentile_ms
from services.cli.running import CommandError


def test_percentiles_are_measured_times() -> None:
    seconds = [n / 1000 for n in range(100, 0, -1)]
    assert percentile_ms(seconds, 0.5) == 50
    assert percentile_ms(seconds, 0.99) == 99
    assert percentile_ms([0.007], 0.99) == pytest.approx(7)
    assert percentile_ms([], 0.5) == 0
    assert median_ms([0.001, 0.003, 0.9]) == 3


def test_the_worst_growth_counts() -> None:
    assert growth_ratio([(1.0, 2.0), (3.0, 2.0)]) == 1.5


def test_doubled_and_surplus_claims_are_told_apart() -> None:
    claims = Claims()
    for item, worker in (("a", "w1"), ("a", "w2"), ("b", "w1"), ("b", "w1"), ("c", "w1")):
        claims.note(item, worker)
    assert claims.doubled() == 1
    assert claims.over(1) == 1
    assert claims.over(2) == 0


def test_sizes_that_need_more_items_in_hand_than_allowed_are_refused() -> None:
    Sizes().check()
    with pytest.raises(CommandError, match="would hold 200 items"):
        Sizes(claims=1000, workers=1).check()
    with pytest.raises(CommandError, match="would hold 101 items"):
        Sizes(solo_claims=501).check()


def test_cpu_time_of_children_counts_also_when_they_have_ended() -> None:
    burn = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
    parent = f"import subprocess, sys, time; subprocess.run([sys.executable, '-c', {burn!r}]); print('done', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE, env=os.environ) as process:
        try:
            meter = Meter({"parent": process.pid})
            before = meter.read()
            assert process.stdout is not None
            process.stdout.readline()
            assert 0.25 < spent(before, meter.read())["parent"] < 5
        finally:
            process.kill()
    end = time.monotonic() + 5
    while process.poll() is None and time.monotonic() < end:
        pass
    assert meter.read()["parent"] > 0.25
