"""What customers said about us."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class CaseRated(Fact):
    """The customer gave one to five; `changed` when they had given another score before. The last one counts."""

    name: ClassVar[str] = "voice.CaseRated"
    words: ClassVar = _("The customer rated the service: %(score)s of 5")
    is_quiet: ClassVar[bool] = False
    score: int
    member: str | None
    changed: bool
