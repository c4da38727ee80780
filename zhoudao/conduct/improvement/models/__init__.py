"""What the register keeps, one file a matter."""

from zhoudao.conduct.improvement.models.audits import Audit, AuditResult
from zhoudao.conduct.improvement.models.initiatives import (
    OPEN,
    Decision,
    Initiative,
    InitiativeCase,
    Measure,
    Stage,
)
from zhoudao.conduct.improvement.models.observations import How, Observation
from zhoudao.conduct.improvement.models.programmes import (
    BudgetLine,
    Concern,
    Milestone,
    Phase,
    Programme,
    ProgrammeMember,
    Training,
    UnreadyGo,
)
from zhoudao.conduct.improvement.models.suggestions import Answer, Suggestion

__all__ = [
    "OPEN",
    "Answer",
    "Audit",
    "AuditResult",
    "BudgetLine",
    "Concern",
    "Decision",
    "How",
    "Initiative",
    "InitiativeCase",
    "Measure",
    "Milestone",
    "Observation",
    "Phase",
    "Programme",
    "ProgrammeMember",
    "Stage",
    "Suggestion",
    "Training",
    "UnreadyGo",
]
