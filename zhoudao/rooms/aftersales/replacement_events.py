"""What happens to what is sent for a return: placed, paid for, not sent after all."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class ReplacementPlaced(Fact):
    """An order is to be sent for it. `is_first`: before the goods are back."""

    name: ClassVar[str] = "aftersales.ReplacementPlaced"
    words: ClassVar = _("For return %(number)s order %(order)s is sent")
    is_quiet: ClassVar[bool] = False
    number: str
    order: str
    total_minor: int
    currency: str
    is_first: bool


@dataclass(frozen=True)
class ReplacementCredited(Fact):
    """What the pieces were worth was used for what is sent instead; `due_minor` is still to be paid."""

    name: ClassVar[str] = "aftersales.ReplacementCredited"
    words: ClassVar = _("The money of return %(number)s was used for order %(order)s")
    is_quiet: ClassVar[bool] = False
    number: str
    order: str
    amount_minor: int
    due_minor: int
    currency: str


@dataclass(frozen=True)
class ReplacementPaid(Fact):
    """Its customer paid what it costs more."""

    name: ClassVar[str] = "aftersales.ReplacementPaid"
    words: ClassVar = _("The difference for return %(number)s was paid")
    is_quiet: ClassVar[bool] = False
    number: str
    order: str
    amount_minor: int
    currency: str


@dataclass(frozen=True)
class ReplacementOff(Fact):
    """It is not sent after all: the money of what came back is free to be paid back."""

    name: ClassVar[str] = "aftersales.ReplacementOff"
    words: ClassVar = _("Order %(order)s is not sent for return %(number)s after all")
    is_quiet: ClassVar[bool] = False
    number: str
    order: str
