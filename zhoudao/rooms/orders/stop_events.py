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


@dataclass(frozen=True)
class BatchStopped(Fact):
    """Nothing of one batch is packed until that is lifted."""

    name: ClassVar[str] = "orders.BatchStopped"
    words: ClassVar = _("Batch %(batch)s of %(sku)s was stopped (%(reference)s)")
    sku: str
    batch: str
    reference: str


@dataclass(frozen=True)
class BatchResumed(Fact):
    """The batch may be packed again, as far as nothing else stops it."""

    name: ClassVar[str] = "orders.BatchResumed"
    words: ClassVar = _("Batch %(batch)s of %(sku)s may be packed again (%(reference)s)")
    sku: str
    batch: str
    reference: str
