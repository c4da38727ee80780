"""What customers said about us."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact
from zhoudao.kit.frozen import frozen


@frozen
class CaseRated(Fact):
    """The customer gave one to five; `changed` when they had given another score before. The last one counts."""

    name: ClassVar[str] = "voice.CaseRated"
    words: ClassVar = _("The customer rated the service: %(score)s of 5")
    is_quiet: ClassVar[bool] = False
    score: int
    member: str | None
    changed: bool


@frozen
class FollowUpRefused(Fact):
    """The customer does not want to be asked after a case."""

    name: ClassVar[str] = "voice.FollowUpRefused"
    words: ClassVar = _("The customer does not want to be asked how it was")


@frozen
class FollowUpAllowed(Fact):
    """The customer may be asked again."""

    name: ClassVar[str] = "voice.FollowUpAllowed"
    words: ClassVar = _("The customer may be asked again how it was")


@frozen
class FollowUpRuled(Fact):
    """Somebody changed when customers are asked."""

    name: ClassVar[str] = "voice.FollowUpRuled"
    words: ClassVar = _("The rule for asking customers was changed")
    is_on: bool
    delay_minutes: int
    rest_days: int
