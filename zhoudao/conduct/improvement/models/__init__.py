"""What the register keeps, one file a matter."""

from zhoudao.conduct.improvement.models.initiatives import (
    OPEN,
    Decision,
    Initiative,
    InitiativeCase,
    Measure,
    Stage,
)
from zhoudao.conduct.improvement.models.suggestions import Answer, Suggestion

__all__ = ["OPEN", "Answer", "Decision", "Initiative", "InitiativeCase", "Measure", "Stage", "Suggestion"]
