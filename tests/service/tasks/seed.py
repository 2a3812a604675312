"""Open jobs, certified workers and answers for tests of workers' work, written straight into the tables."""

import json
import random
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from sqlalchemy import text

from services.core.ids import new_id
from services.runtime.database import Database

LABELS = ("cat", "dog", "bird")
SCHEMA_JSON = json.dumps(
    {
        "schema": "ilgam.label-config/1",
        "objects": [{"id": "text", "kind": "text", "from": "$.text"}],
        "controls": [{"id": "kind", "kind": "choice", "on": "text", "options": [{"value": label} for label in LABELS]}],
    }
)
POS_STEP = 1000

_JOB = text("""
    INSERT INTO job (job_id, organisation_id, title, state, revision, annotation_type, policy, claim_mode, price_krw,
        overlap_min, overlap_max, gold_overlap, lease_seconds, hold_limit, confidence_target, reject_below,
        newcomer_answers, clock_seconds, appeal_seconds, required_skill, expected_seconds, publish_no,
        item_count, gold_count, create_time, open_time)
    VALUES (:job_id, :organisation_id, 'Animals', :state, 1, 1, 1, :claim_mode, :price_krw, :overlap, :overlap_max,
        :gold_overlap, :lease_seconds, :hold_limit, 0.95, 0.05, 0, 604800, 604800, :required_skill, 30, 1,
        :item_count, :gold_count, now(), now())
""")
_SCHEMA = text("INSERT INTO label_schema (job_id, version, schema_json) VALUES (:job_id, 1, :schema_json)")
_INSTRUCTIONS = text("INSERT INTO instructions (job_id, version, ko, en) VALUES (:job_id, 1, '고르세요', 'Choose')")
_ITEMS = text("""
    INSERT INTO item (item_id, job_id, key, key_hash, seq, data_json, gold_label, overlap_max, answers_wanted, pos,
        wanting_time)
    SELECT g.item_id, :job_id, 'item ' || g.seq, g.item_id, g.seq, g.data_json, g.gold_label,
        CASE WHEN g.gold_label IS NULL THEN CAST(:overlap_max AS smallint) ELSE CAST(:gold_overlap AS smallint) END,
        CASE WHEN g.gold_label IS NULL THEN CAST(:overlap AS smallint) ELSE CAST(:gold_overlap AS smallint) END,
        g.pos, now()
    FROM unnest(CAST(:item_ids AS uuid[]), CAST(:seqs AS bigint[]), CAST(:data AS text[]),
        CAST(:gold_labels AS text[]), CAST(:positions AS bigint[])) AS g(item_id, seq, data_json, gold_label, pos)
""")
_CERTIFICATE = text("""
    INSERT INTO certificate (certificate_id, worker_id, annotation_type, valid_until, state, revision)
    SELECT gen_random_uuid(), worker_id, 1, now() + interval '1 year', 'VALID', 1
    FROM unnest(CAST(:worker_ids AS uuid[])) AS worker_id
""")


@dataclass(frozen=True)
class JobSeed:
    """An open job for a test."""

    items: int = 10
    gold: int = 0
    overlap: int = 1
    overlap_max: int = 0
    gold_overlap: int = 30
    claim_mode: int = 1
    state: str = "OPEN"
    price_krw: int = 100
    lease_seconds: int = 1800
    hold_limit: int = 100
    required_skill: float = 0.0
    seed: int = 1
    job_id: UUID = field(default_factory=new_id)
    item_ids: tuple[UUID, ...] = ()

    @property
    def ids(self) -> tuple[UUID, ...]:
        """The items' ids, gold last; they follow from the job's."""
        return tuple(UUID(int=self.job_id.int ^ (number << 32)) for number in range(1, self.items + self.gold + 1))


async def open_job(database: Database, job: JobSeed) -> JobSeed:
    """Writes the job and its items."""
    chance = random.Random(job.seed)
    ordinary = [number * POS_STEP for number in range(1, job.items + 1)]
    gold = [-chance.randrange(1, 2**40) for _ in range(job.gold)]
    labels = [None] * job.items + [chance.choice(LABELS) for _ in range(job.gold)]
    values = {
        "organisation_id": uuid4(),
        "overlap_max": job.overlap_max or job.overlap,
        "item_count": job.items + job.gold,
        "gold_count": job.gold,
    }
    columns = ("job_id", "state", "claim_mode", "price_krw", "overlap", "gold_overlap", "lease_seconds", "hold_limit")
    values |= {name: getattr(job, name) for name in (*columns, "required_skill")}
    async with database.transaction() as tx:
        await tx.connection.execute(_JOB, values)
        await tx.connection.execute(_SCHEMA, {"job_id": job.job_id, "schema_json": SCHEMA_JSON})
        await tx.connection.execute(_INSTRUCTIONS, {"job_id": job.job_id})
        data = [json.dumps({"text": "x" * chance.randint(5, 60)}) for _ in range(job.items + job.gold)]
        await tx.connection.execute(
            _ITEMS,
            {
                "job_id": job.job_id,
                "overlap": job.overlap,
                "overlap_max": values["overlap_max"],
                "gold_overlap": job.gold_overlap,
                "item_ids": list(job.ids),
                "seqs": list(range(1, job.items + job.gold + 1)),
                "data": data,
                "gold_labels": labels,
                "positions": ordinary + gold,
            },
        )
    return job


async def certify(database: Database, *worker_ids: UUID) -> None:
    """Gives workers a certificate for choosing labels for texts."""
    async with database.transaction() as tx:
        await tx.connection.execute(_CERTIFICATE, {"worker_ids": list(worker_ids)})


def answer_json(label: str = "cat", **changed: object) -> str:
    """An answer in the form ilgam.annotation/1."""
    result = {"id": "1", "control": "kind", "type": "choice", "value": {"choices": [label]}}
    return json.dumps({"schema": "ilgam.annotation/1", "not_sure": False, "results": [result]} | changed)


_COUNTS_DIFFER = text("""
    SELECT i.item_id
    FROM item AS i
    LEFT JOIN (
        SELECT item_id, count(*) FILTER (WHERE state = 1) AS live,
            count(*) FILTER (WHERE state = 2 AND verdict_state = 1) AS pending,
            count(*) FILTER (WHERE state = 2 AND verdict_state = 2) AS accepted,
            count(*) FILTER (WHERE state = 2 AND verdict_state = 3) AS rejected
        FROM assignment
        GROUP BY item_id
    ) AS a ON a.item_id = i.item_id
    WHERE i.live <> coalesce(a.live, 0) OR i.pending <> coalesce(a.pending, 0)
       OR i.accepted <> coalesce(a.accepted, 0) OR i.rejected <> coalesce(a.rejected, 0)
       OR i.answers_total <> coalesce(a.pending + a.accepted + a.rejected, 0)
""")
_OVER_WANTED = text("SELECT item_id FROM item WHERE live + pending + accepted > answers_wanted")
_TALLIES_DIFFER = text("""
    SELECT t.job_id
    FROM (SELECT job_id, sum(live) AS live, sum(submitted) AS submitted, sum(judged) AS judged,
        sum(accepted) AS accepted, sum(rejected) AS rejected FROM job_tally GROUP BY job_id) AS t
    JOIN (SELECT job_id, count(*) FILTER (WHERE state = 1) AS live, count(*) FILTER (WHERE state = 2) AS submitted,
        count(*) FILTER (WHERE judged) AS judged, count(*) FILTER (WHERE verdict_state = 2) AS accepted,
        count(*) FILTER (WHERE verdict_state = 3) AS rejected FROM assignment GROUP BY job_id) AS a USING (job_id)
    WHERE (t.live, t.submitted, t.judged, t.accepted, t.rejected)
        <> (a.live, a.submitted, a.judged, a.accepted, a.rejected)
    UNION ALL
    SELECT w.job_id
    FROM worker_job AS w
    WHERE w.live_count <> (SELECT count(*) FROM assignment AS a
        WHERE a.job_id = w.job_id AND a.worker_id = w.worker_id AND a.state = 1)
       OR (w.submitted_count, w.submitted_krw) <> (SELECT count(*), coalesce(sum(a.price_krw), 0) FROM assignment AS a
        WHERE a.job_id = w.job_id AND a.worker_id = w.worker_id AND a.state = 2)
    UNION ALL
    SELECT a.job_id
    FROM (SELECT job_id, worker_id, count(*) FILTER (WHERE verdict_state = 2) AS accepted,
        count(*) FILTER (WHERE verdict_state = 3) AS rejected, sum(price_krw) AS krw
        FROM assignment WHERE verdict_state IN (2, 3) GROUP BY job_id, worker_id) AS a
    FULL JOIN (SELECT job_id, worker_id, sum(accepted_count) AS accepted, sum(rejected_count) AS rejected,
        sum(judged_krw) AS krw FROM worker_day GROUP BY job_id, worker_id) AS d USING (job_id, worker_id)
    WHERE (coalesce(a.accepted, 0), coalesce(a.rejected, 0), coalesce(a.krw, 0))
        <> (coalesce(d.accepted, 0), coalesce(d.rejected, 0), coalesce(d.krw, 0))
""")


async def assert_counts_hold(database: Database, *, overlap: bool = True) -> None:
    """Every count equals what it counts, and no item has more answers and leases than it wants."""
    async with database.transaction() as tx:
        assert (await tx.connection.execute(_COUNTS_DIFFER)).all() == []
        assert (await tx.connection.execute(_TALLIES_DIFFER)).all() == []
        if overlap:
            assert (await tx.connection.execute(_OVER_WANTED)).all() == []
