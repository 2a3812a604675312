"""The tables of the tasks service.

`item` and `assignment` are the hot ones. What they count is kept twice: on the item, where it decides who may claim,
and in `job_tally`, where it can be read without counting rows.
"""

from services.runtime.tables import attach_runtime_tables
from services.tasks.store.tables.base import POS_STEP, Base
from services.tasks.store.tables.jobs import (
    InstructionsRow,
    ItemRow,
    JobRow,
    JobTallyRow,
    LabelSchemaRow,
    PublicationRow,
    ThroughputMinuteRow,
)
from services.tasks.store.tables.media import MediaRow
from services.tasks.store.tables.people import (
    CertificateRow,
    PoolMemberRow,
    WorkerDayRow,
    WorkerJobRow,
    WorkerRestrictionRow,
    WorkerSkillRow,
)
from services.tasks.store.tables.work import AssignmentRow, ProblemRow

attach_runtime_tables(Base.metadata)

__all__ = [
    "POS_STEP",
    "AssignmentRow",
    "Base",
    "CertificateRow",
    "InstructionsRow",
    "ItemRow",
    "JobRow",
    "JobTallyRow",
    "LabelSchemaRow",
    "MediaRow",
    "PoolMemberRow",
    "ProblemRow",
    "PublicationRow",
    "ThroughputMinuteRow",
    "WorkerDayRow",
    "WorkerJobRow",
    "WorkerRestrictionRow",
    "WorkerSkillRow",
]
