"""What quality knows of a job's controls: enough that a result has as many marks as the job takes."""

from uuid import uuid4

from ilgam.tasks.v1 import tasks_events_pb2 as pb

from services.quality.entrypoints.convert import terms_of
from services.quality.store.controls import read_controls, stored_controls


def terms(*, required: bool = False, least: int = 0, most: int = 0) -> pb.JobTerms:
    asked = pb.ControlTerms(control_id="box", kind="shape", labels=["cup"], required=required, min=least, max=most)
    return pb.JobTerms(job_id=str(uuid4()), organisation_id=str(uuid4()), policy=pb.POLICY_CONSENSUS, controls=[asked])


def test_the_bounds_of_a_control_are_kept() -> None:
    (told,) = terms_of(terms(required=True, least=2, most=3)).controls
    assert (told.required, told.least, told.most) == (True, 2, 3)
    assert read_controls(stored_controls([told])) == (told,)


def test_a_control_without_bounds_takes_any_number_of_marks() -> None:
    (told,) = terms_of(terms()).controls
    assert (told.required, told.least, told.most) == (False, 0, 4_000)
    before = '[{"id": "box", "kind": "shape", "labels": ["cup"], "low": null, "high": null}]'
    assert read_controls(before) == (told,)
