"""What happens to the sale of goods."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.eventlog.facts import Fact


@dataclass(frozen=True)
class SaleStopped(Fact):
    """Nothing of it leaves until that is lifted."""

    name: ClassVar[str] = "orders.SaleStopped"
    words: ClassVar = _("The sale of %(sku)s was stopped (%(reference)s)")
    sku: str
    reference: str


@dataclass(frozen=True)
class SaleResumed(Fact):
    """It may be sold again, as far as nothing else stops it."""

    name: ClassVar[str] = "orders.SaleResumed"
    words: ClassVar = _("%(sku)s may be sold again (%(reference)s)")
    sku: str
    reference: str
