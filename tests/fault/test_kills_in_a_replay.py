"""Any process may be killed in the middle of paid work: nothing is lost, nothing counts twice."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from deploy.local.stack import Stack
from deploy.nats.topology import SERVICES
from services.cli.replay.flow import Report
from services.cli.replay.plan import Options, PolicyName
from services.cli.replay.recorded import Recording, read_recording
from tests.support.crowd import SETS, crowd_folder
from tests.support.recordings import Killer, made_up, replayed

ONE_BY_ONE = [("postgres",), ("nats",), *((service,) for service in SERVICES)]
# What was on its way to a killed service comes again after half a minute: together they wait only once.
TOGETHER = [("postgres",), ("nats",), ("accounts", "workers"), ("tasks", "quality", "payments")]
# Which items get another answer depends on what was judged by then: undisturbed runs of one crowd are up to .016 apart.
AS_GOOD = 0.03
ACCURACIES = (0.95, 0.9, 0.9, 0.85, 0.8, 0.95, 0.9, 0.85, 0.9, 0.4)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """A whole Ilgam; kills leave it usable, so the tests share it."""
    with tempfile.TemporaryDirectory(prefix="ilgam-") as folder, Stack(Path(folder)) as found:
        yield found


def facts(report: Report) -> dict[str, float]:
    """What must be the same however the replay was disturbed."""
    return {name: value for name, value in report.as_dict().items() if name != "seconds"}


async def test_kills_under_policy_all_change_no_count_no_won_and_no_result(stack: Stack) -> None:
    recording = made_up(40, 6, ACCURACIES)
    calm, stormy = await calm_and_stormy(stack, recording, Options(policy=PolicyName.ALL), TOGETHER)
    assert facts(stormy) == facts(calm)
    assert stormy.results == calm.results
    assert calm.progress.paid_count == len(recording.answers)


@pytest.mark.fault
async def test_kills_under_consensus_leave_accepted_paid_and_the_results_as_good(stack: Stack) -> None:
    recording = made_up(40, 6, ACCURACIES)
    calm, stormy = await calm_and_stormy(stack, recording, Options(policy=PolicyName.CONSENSUS), TOGETHER[-1:])
    assert stormy.progress.accepted_count == stormy.progress.paid_count > 0
    assert stormy.measures.accuracy == pytest.approx(calm.measures.accuracy, abs=AS_GOOD)


@pytest.mark.fault
@pytest.mark.parametrize("name", SETS)
async def test_killing_each_process_in_turn_changes_nothing_in_a_recorded_crowd_under_policy_all(
    stack: Stack, name: str
) -> None:
    calm, stormy = await calm_and_stormy(stack, recorded_crowd(name), Options(policy=PolicyName.ALL), ONE_BY_ONE)
    assert facts(stormy) == facts(calm)
    assert stormy.results == calm.results


@pytest.mark.fault
@pytest.mark.parametrize("name", SETS)
async def test_killing_each_process_in_turn_leaves_a_recorded_crowd_paid_under_consensus(
    stack: Stack, name: str
) -> None:
    calm, stormy = await calm_and_stormy(stack, recorded_crowd(name), Options(policy=PolicyName.CONSENSUS), ONE_BY_ONE)
    assert stormy.progress.accepted_count == stormy.progress.paid_count > 0
    assert stormy.measures.accuracy == pytest.approx(calm.measures.accuracy, abs=AS_GOOD)


async def calm_and_stormy(
    stack: Stack, recording: Recording, options: Options, kills: Sequence[Sequence[str]]
) -> tuple[Report, Report]:
    """The same replay twice, the second time under kills; both must end clean."""
    calm = await replayed(stack, recording, options)
    killer = Killer(stack, kills)
    stormy = await replayed(stack, recording, options, killer)
    assert not killer.left
    assert calm.checked.clean, calm.checked
    assert stormy.checked.clean, stormy.checked
    return calm, stormy


def recorded_crowd(name: str) -> Recording:
    folder = crowd_folder()
    if folder is None:
        pytest.skip("recorded answers are not here; name their folder in ILGAM_CROWD_DATA")
    return read_recording(folder / name / "answers.csv", folder / name / "gold.csv")
