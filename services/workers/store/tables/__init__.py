"""The tables of the workers database, by subject."""

from services.runtime.tables import attach_runtime_tables
from services.workers.store.tables.base import Base
from services.workers.store.tables.consultations import (
    CalendarFeedRow,
    ConsultationRow,
    ConsultationSlotRow,
    JobOfferRow,
    OrganisationMemberRow,
    PoolMemberRow,
)
from services.workers.store.tables.courses import (
    CourseMediaRow,
    CourseVersionRow,
    ModuleProgressRow,
    PracticeAnswerRow,
)
from services.workers.store.tables.credentials import CertificateKeyRow, CertificateStatusRow
from services.workers.store.tables.exams import (
    CertificateRow,
    ExamAttemptItemRow,
    ExamAttemptRow,
    ExamGuideRow,
    ExamItemRow,
    ItemUseRow,
)
from services.workers.store.tables.journeys import ClaimDayRow, JourneyStepRow, PaidAnswerRow, WorkPayRow, WorkTimeRow
from services.workers.store.tables.people import (
    ExpiryNoticeRow,
    JobAnnouncementRow,
    SkillRow,
    WorkerProfileRow,
    WorkerRow,
)
from services.workers.store.tables.programmes import CohortReminderRow, CohortRow, EnrolmentRow, ProgrammeRow

attach_runtime_tables(Base.metadata)

__all__ = [
    "Base",
    "CalendarFeedRow",
    "CertificateKeyRow",
    "CertificateRow",
    "CertificateStatusRow",
    "ClaimDayRow",
    "CohortReminderRow",
    "CohortRow",
    "ConsultationRow",
    "ConsultationSlotRow",
    "CourseMediaRow",
    "CourseVersionRow",
    "EnrolmentRow",
    "ExamAttemptItemRow",
    "ExamAttemptRow",
    "ExamGuideRow",
    "ExamItemRow",
    "ExpiryNoticeRow",
    "ItemUseRow",
    "JobAnnouncementRow",
    "JobOfferRow",
    "JourneyStepRow",
    "ModuleProgressRow",
    "OrganisationMemberRow",
    "PaidAnswerRow",
    "PoolMemberRow",
    "PracticeAnswerRow",
    "ProgrammeRow",
    "SkillRow",
    "WorkPayRow",
    "WorkTimeRow",
    "WorkerProfileRow",
    "WorkerRow",
]
