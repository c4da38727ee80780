"""What happens to stock. Attributes are numbers of items, codes, ids and amounts."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen

REASONS = {
    "miscount": pgettext_lazy("stock correction", "Counted wrong before"),
    "found": pgettext_lazy("stock correction", "Found again"),
    "lost": pgettext_lazy("stock correction", "Cannot be found"),
    "damaged": pgettext_lazy("stock correction", "Damaged"),
    "expired": pgettext_lazy("stock correction", "Past its date"),
    "opening": pgettext_lazy("stock correction", "Taken over from another system"),
}
COUNTED = "count"
SCRAPPED = frozenset(["damaged", "expired"])
name_codes(REASONS | {COUNTED: pgettext_lazy("stock correction", "Stock-take")})


@frozen
class WarehouseSaved(Fact):
    """A place where goods lie was opened, changed, closed or opened again."""

    name: ClassVar[str] = "stock.WarehouseSaved"
    words: ClassVar = _("Warehouse %(code)s was saved")
    code: str
    is_closed: bool


@frozen
class StockReceived(Fact):
    """Goods came in."""

    name: ClassVar[str] = "stock.StockReceived"
    words: ClassVar = _("%(quantity)s of %(sku)s were received in %(warehouse)s")
    sku: str
    warehouse: str
    quantity: int


@frozen
class StockReserved(Fact):
    """So many are kept for a purpose; `waiting` of them until goods come."""

    name: ClassVar[str] = "stock.StockReserved"
    words: ClassVar = _("%(held)s were reserved, %(waiting)s wait for goods")
    purpose_kind: str
    purpose_id: str
    held: int
    waiting: int


@frozen
class BackorderFilled(Fact):
    """Goods have come for what waited."""

    name: ClassVar[str] = "stock.BackorderFilled"
    words: ClassVar = _("%(quantity)s of %(sku)s have come and were reserved in %(warehouse)s")
    purpose_kind: str
    purpose_id: str
    sku: str
    warehouse: str
    quantity: int


@frozen
class BackorderPromised(Fact):
    """What waits is now promised for another day; None: no day can be said."""

    name: ClassVar[str] = "stock.BackorderPromised"
    words: ClassVar = _("%(sku)s from %(warehouse)s is promised for %(promised_date)s")
    purpose_kind: str
    purpose_id: str
    sku: str
    warehouse: str
    promised_date: str | None


@frozen
class ReservationFellShort(Fact):
    """Goods that were kept are not there: whoever wanted them must look elsewhere."""

    name: ClassVar[str] = "stock.ReservationFellShort"
    words: ClassVar = _("%(quantity)s reserved of %(sku)s are not there in %(warehouse)s")
    purpose_kind: str
    purpose_id: str
    sku: str
    warehouse: str
    quantity: int


@frozen
class ReservationReleased(Fact):
    """What was kept is free again."""

    name: ClassVar[str] = "stock.ReservationReleased"
    words: ClassVar = _("%(quantity)s reserved were released")
    purpose_kind: str
    purpose_id: str
    quantity: int
    is_all: bool


@frozen
class ReservationPassedOn(Fact):
    """What was kept for one purpose is kept for another now; it was never free."""

    name: ClassVar[str] = "stock.ReservationPassedOn"
    words: ClassVar = _("%(quantity)s reserved are kept for another order now")
    purpose_kind: str
    purpose_id: str
    quantity: int
    is_all: bool


@frozen
class StockShipped(Fact):
    """What was kept has left."""

    name: ClassVar[str] = "stock.StockShipped"
    words: ClassVar = _("%(quantity)s reserved have left the house")
    purpose_kind: str
    purpose_id: str
    quantity: int
    is_all: bool


@frozen
class StockTakenBack(Fact):
    """Goods came back; `is_restocked`: they can be sold again."""

    name: ClassVar[str] = "stock.StockTakenBack"
    words: ClassVar = _("%(quantity)s of %(sku)s came back to %(warehouse)s")
    sku: str
    warehouse: str
    quantity: int
    is_restocked: bool


@frozen
class StockCorrected(Fact):
    """The book was wrong, or goods were scrapped."""

    name: ClassVar[str] = "stock.StockCorrected"
    words: ClassVar = _("The book of %(sku)s in %(warehouse)s was corrected by %(difference)s: %(reason)s")
    sku: str
    warehouse: str
    difference: int
    reason: str


@frozen
class StockSent(Fact):
    """Goods went to another place of ours."""

    name: ClassVar[str] = "stock.StockSent"
    words: ClassVar = _("%(quantity)s of %(sku)s went from %(source)s to %(target)s")
    sku: str
    source: str
    target: str
    quantity: int


@frozen
class ReceiptExpected(Fact):
    """Goods are to come."""

    name: ClassVar[str] = "stock.ReceiptExpected"
    words: ClassVar = _("%(quantity)s of %(sku)s are expected in %(warehouse)s for %(due_date)s")
    sku: str
    warehouse: str
    quantity: int
    due_date: str


@frozen
class ExpectationDropped(Fact):
    """So many that were expected will not come."""

    name: ClassVar[str] = "stock.ExpectationDropped"
    words: ClassVar = _("%(quantity)s expected of %(sku)s will not come to %(warehouse)s")
    sku: str
    warehouse: str
    quantity: int


@frozen
class SafetySet(Fact):
    """So many are kept back."""

    name: ClassVar[str] = "stock.SafetySet"
    words: ClassVar = _("%(safety)s of %(sku)s are kept back in %(warehouse)s")
    sku: str
    warehouse: str
    safety: int


@frozen
class CountAsked(Fact):
    """A place is to be counted."""

    name: ClassVar[str] = "stock.CountAsked"
    words: ClassVar = _("A stock-take began in %(warehouse)s")
    warehouse: str


@frozen
class CountDecided(Fact):
    """A stock-take corrected the book, or was given up."""

    name: ClassVar[str] = "stock.CountDecided"
    words: ClassVar = _("The stock-take of %(lines)s items in %(warehouse)s is over, %(differing)s differed")
    warehouse: str
    lines: int
    differing: int
    is_approved: bool
