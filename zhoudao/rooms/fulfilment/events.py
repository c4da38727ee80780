"""What happens to goods on their way out of the house."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import Fact, name_codes
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import Outcome

WEIGHT_REASONS = {
    "master_wrong": pgettext_lazy("weight", "The item's weight is wrong in our data"),
    "other_box": pgettext_lazy("weight", "Other box or padding"),
    "counted": pgettext_lazy("weight", "Opened and counted: it is right"),
    "scale": pgettext_lazy("weight", "The scale is off"),
}
name_codes({f"weight_{code}": words for code, words in WEIGHT_REASONS.items()})
name_codes({f"scan_{choice.value}": choice.label for choice in Outcome})


@frozen
class BinSet(Fact):
    """An item has a place; empty: it has none any more."""

    name: ClassVar[str] = "fulfilment.BinSet"
    words: ClassVar = _("%(sku)s lies in %(bin)s of %(warehouse)s")
    sku: str
    warehouse: str
    bin: str


@frozen
class WaveMade(Fact):
    """Orders are to be picked together."""

    name: ClassVar[str] = "fulfilment.WaveMade"
    words: ClassVar = _("Wave %(number)s was made in %(warehouse)s: %(orders)s orders")
    number: str
    warehouse: str
    method: str
    orders: int
    pieces: int


@frozen
class WaveReleased(Fact):
    """It may be picked."""

    name: ClassVar[str] = "fulfilment.WaveReleased"
    words: ClassVar = _("Wave %(number)s was released")
    number: str
    orders: int


@frozen
class WaveHeld(Fact):
    """Nobody picks it for now."""

    name: ClassVar[str] = "fulfilment.WaveHeld"
    words: ClassVar = _("Wave %(number)s was held")
    number: str


@frozen
class WaveResumed(Fact):
    """It goes on."""

    name: ClassVar[str] = "fulfilment.WaveResumed"
    words: ClassVar = _("Wave %(number)s goes on")
    number: str


@frozen
class WaveTaken(Fact):
    """Somebody picks it."""

    name: ClassVar[str] = "fulfilment.WaveTaken"
    words: ClassVar = _("Somebody picks wave %(number)s")
    number: str


@frozen
class WaveEnded(Fact):
    """All of it was handed over, or taken out."""

    name: ClassVar[str] = "fulfilment.WaveEnded"
    words: ClassVar = _("Wave %(number)s is over: %(shipped)s handed over, %(out)s taken out")
    number: str
    shipped: int
    out: int


@frozen
class ToteReleased(Fact):
    """An order's goods of one place are to be picked."""

    name: ClassVar[str] = "fulfilment.ToteReleased"
    words: ClassVar = _("Order %(order)s was released to %(warehouse)s: tote %(tote)s")
    order: str
    tote: str
    warehouse: str


@frozen
class PickingBegan(Fact):
    """Somebody walks for it."""

    name: ClassVar[str] = "fulfilment.PickingBegan"
    words: ClassVar = _("Order %(order)s is being picked: tote %(tote)s")
    order: str
    tote: str


@frozen
class TotePicked(Fact):
    """All of it was fetched; `short` could not be found."""

    name: ClassVar[str] = "fulfilment.TotePicked"
    words: ClassVar = _("Order %(order)s was picked: %(pieces)s pieces in tote %(tote)s, %(short)s missing")
    order: str
    tote: str
    pieces: int
    short: int


@frozen
class WrongScan(Fact):
    """Something else was scanned; nothing changed."""

    name: ClassVar[str] = "fulfilment.WrongScan"
    words: ClassVar = _("Wrong scan in wave %(number)s: %(outcome)s (wanted: %(sku)s)")
    number: str
    station: str
    outcome: str
    sku: str


@frozen
class PickFellShort(Fact):
    """Not as many lie in the bin."""

    name: ClassVar[str] = "fulfilment.PickFellShort"
    words: ClassVar = _("%(quantity)s of %(sku)s for order %(order)s were not found in %(warehouse)s")
    order: str
    tote: str
    sku: str
    warehouse: str
    quantity: int
    is_empty: bool


@frozen
class ToteStopped(Fact):
    """Its order was cancelled, held or changed meanwhile; so many pieces go back to their bins."""

    name: ClassVar[str] = "fulfilment.ToteStopped"
    words: ClassVar = _("Order %(order)s was intercepted: %(pieces)s pieces of tote %(tote)s go back")
    order: str
    tote: str
    pieces: int


@frozen
class GoodsPutBack(Fact):
    """All of a stopped order's goods lie in their bins again."""

    name: ClassVar[str] = "fulfilment.GoodsPutBack"
    words: ClassVar = _("The goods of order %(order)s are back in their bins: tote %(tote)s")
    order: str
    tote: str
    pieces: int


@frozen
class PickAgain(Fact):
    """Something was missing when it was packed."""

    name: ClassVar[str] = "fulfilment.PickAgain"
    words: ClassVar = _("%(pieces)s pieces of order %(order)s are picked again: tote %(tote)s")
    order: str
    tote: str
    pieces: int


@frozen
class WeightFoundOff(Fact):
    """A parcel weighs other than it should."""

    name: ClassVar[str] = "fulfilment.WeightFoundOff"
    words: ClassVar = _("The parcel of order %(order)s weighs %(weighed_grams)s g, not %(expected_grams)s g")
    order: str
    tote: str
    weighed_grams: int
    expected_grams: int


@frozen
class WeightConfirmed(Fact):
    """A lead says that the weight is right, and why."""

    name: ClassVar[str] = "fulfilment.WeightConfirmed"
    words: ClassVar = _("The weight of order %(order)s was confirmed: %(reason)s")
    order: str
    tote: str
    reason: str


@frozen
class TotePacked(Fact):
    """A parcel is closed; `expected_grams` None: an item's weight is not known."""

    name: ClassVar[str] = "fulfilment.TotePacked"
    words: ClassVar = _("Order %(order)s was packed: %(pieces)s pieces, %(weighed_grams)s g")
    order: str
    tote: str
    pieces: int
    weighed_grams: int
    expected_grams: int | None


@frozen
class ToteLeft(Fact):
    """A parcel was handed over to its carrier."""

    name: ClassVar[str] = "fulfilment.ToteLeft"
    words: ClassVar = _("The parcel of order %(order)s was handed over: tote %(tote)s")
    order: str
    tote: str
    pieces: int
