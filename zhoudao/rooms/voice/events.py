"""What customers said about us."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.voice.models import Spared

ASKED = "followed_up_asked"
name_codes({ASKED: pgettext_lazy("follow-up", "the customer was asked")})
name_codes({f"followed_up_{choice.value}": choice.label for choice in Spared})


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


@frozen
class OrderFollowedUp(Fact):
    """The customer was asked how a delivered order was, or is not asked: `outcome` says which, and why not."""

    name: ClassVar[str] = "voice.OrderFollowedUp"
    words: ClassVar = _("Follow-up of order %(number)s: %(outcome)s")
    number: str
    outcome: str


@frozen
class OrderRated(Fact):
    """The customer gave one to five each for goods, delivery and service; `changed`: they had given others before."""

    name: ClassVar[str] = "voice.OrderRated"
    words: ClassVar = _(
        "The customer rated order %(number)s: goods %(product)s, delivery %(delivery)s, service %(service)s of 5"
    )
    is_quiet: ClassVar[bool] = False
    number: str
    product: int
    delivery: int
    service: int
    changed: bool
