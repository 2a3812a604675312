"""The jobs of the demo, each described by a file in `jobs/`."""

import json
import random
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from ilgam.common.v1 import common_pb2
from ilgam.tasks.v1 import tasks_events_pb2 as events_pb
from ilgam.tasks.v1 import tasks_service_pb2 as pb

from services.cli.market.labels import Option, choice_schema
from services.labelling.schema import FORM

_FOLDER = Path(__file__).parent / "jobs"
_POLICIES = {"all": events_pb.POLICY_ALL, "gold": events_pb.POLICY_GOLD, "consensus": events_pb.POLICY_CONSENSUS}
_TYPES = {"text": common_pb2.ANNOTATION_TYPE_TEXT_CHOICE, "image": common_pb2.ANNOTATION_TYPE_IMAGE_CHOICE}
KEYS_MAX = 9
GOLD_SHARE = 0.12
# The exposures of a gold item: more than there are graduates would never be used.
GOLD_OVERLAP = 16
HOURS_LEASED = 2


class Fate(StrEnum):
    """Where the demo leaves a job."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    NEARLY = "nearly"
    UNFUNDED = "unfunded"


@dataclass(frozen=True)
class JobPlan:
    """One job of the demo.

    Attributes:
        name: of its file.
        company: the company's name.
        kind: text or image, where a single choice is asked; otherwise the name of the annotation type.
        fate: where the demo leaves it.
        options: what there is to choose.
        sentences: value -> texts with that answer; empty for pictures.
        pictures: which pictures; empty for texts.
        picture_count: how many.
        maker: who makes the items where more than a choice is asked; empty for the others.
        count: how many it makes.
        terms: the file as it is.
    """

    name: str
    company: str
    kind: str
    fate: Fate
    options: tuple[Option, ...]
    sentences: dict[str, list[str]]
    pictures: str
    picture_count: int
    maker: str
    count: int
    terms: dict[str, Any]

    @property
    def title(self) -> str:
        """What the job is called; it is found again by this."""
        return str(self.terms["title"])

    @property
    def expected_seconds(self) -> int:
        """How long an answer takes a person."""
        return int(self.terms["expected_seconds"])

    @property
    def overlap_min(self) -> int:
        """How many answers every item gets."""
        return int(self.terms["overlap_min"])

    @property
    def pool_only(self) -> bool:
        """Whether it is for those alone whom the company admitted after a talk."""
        return bool(self.terms.get("pool_only", False))

    @property
    def labels(self) -> tuple[str, ...]:
        """The values to choose from."""
        return tuple(option.value for option in self.options)

    @property
    def annotation_type(self) -> common_pb2.AnnotationType.ValueType:
        """What kind of work it is."""
        return _TYPES.get(self.kind) or common_pb2.AnnotationType.Value(f"ANNOTATION_TYPE_{self.kind}")

    @property
    def label_schema_json(self) -> str:
        """What is shown and asked."""
        if self.maker:
            return json.dumps({"schema": FORM, "not_sure": True} | self.terms["schema"], ensure_ascii=False)
        return choice_schema(self.options, self.kind, not_sure=True)

    def spec(self) -> pb.JobSpec:
        """The job's terms as a company gives them."""
        terms = self.terms
        return pb.JobSpec(
            title=self.title,
            annotation_type=self.annotation_type,
            label_schema_json=self.label_schema_json,
            instructions=common_pb2.LocalText(ko=terms["instructions_ko"].strip(), en=terms["instructions_en"].strip()),
            policy=_POLICIES[terms["policy"]],
            price_krw=terms["price_krw"],
            overlap_min=self.overlap_min,
            overlap_max=terms["overlap_max"],
            gold_overlap=GOLD_OVERLAP,
            claim_mode=pb.CLAIM_MODE_QUEUE,
            confidence_target=terms.get("confidence_target", 0.0),
            newcomer_answers=0,
            lease_seconds=HOURS_LEASED * 3600,
            required_skill=terms.get("required_skill", 0.0),
            expected_seconds=self.expected_seconds,
            pool_only=self.pool_only,
        )


@cache
def job_plans() -> tuple[JobPlan, ...]:
    """All, in the order in which they are made."""
    return tuple(_plan(file) for file in sorted(_FOLDER.glob("*.toml")))


def plan_like(terms: dict[str, Any]) -> JobPlan:
    """What asks the same as a job does: an exam or practice, which names the job."""
    return next(plan for plan in job_plans() if plan.name == terms["job"])


def companies() -> tuple[str, ...]:
    """The companies that the jobs name."""
    return tuple(dict.fromkeys(plan.company for plan in job_plans()))


def gold_keys(name: str, keys: list[str]) -> frozenset[str]:
    """Which items of a job have a known answer: the same ones each time."""
    return frozenset(random.Random(name).sample(sorted(keys), max(1, round(GOLD_SHARE * len(keys)))))  # noqa: S311  (a repeatable demo, not a secret)


def _plan(file: Path) -> JobPlan:
    terms = tomllib.loads(file.read_text(encoding="utf-8"))
    return JobPlan(
        name=file.stem,
        company=terms["company"],
        kind=terms["kind"],
        fate=Fate(terms["fate"]),
        options=_options(terms.get("options", [])),
        sentences=terms.get("sentences", {}),
        pictures=terms.get("pictures", ""),
        picture_count=terms.get("picture_count", 0),
        maker=terms.get("maker", ""),
        count=terms.get("count", 0),
        terms=terms,
    )


def _options(found: list[dict[str, str]]) -> tuple[Option, ...]:
    """With the keys 1 to 9; of more options, those have a key whose value is one."""
    keys = [str(place + 1) if len(found) <= KEYS_MAX else one["value"] for place, one in enumerate(found)]
    return tuple(Option(one["value"], one["ko"], one["en"], key) for one, key in zip(found, keys, strict=True))
