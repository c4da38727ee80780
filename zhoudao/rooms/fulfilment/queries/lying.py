"""What lies where in a place, and what has no bin yet."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.fulfilment.models import Bin, Weight
from zhoudao.rooms.stock.models import Balance, Item
from zhoudao.rooms.stock.queries.balances import named

PAGE = 25


@frozen
class Lying:
    """An item in a place: its bin ('' none), what one weighs, and how many there are."""

    item: Item
    bin: str
    grams: int | None
    on_hand: int


def lying(warehouse_id: UUID, *, words: str = "", is_homeless: bool = False, after: str = "") -> list[Lying]:
    """A page of a place's items and one more, by number (one statement). `words`: of the item, or its bin's begin."""
    own = Bin.objects.filter(warehouse_id=warehouse_id, item=OuterRef("item"))
    rows = Balance.objects.filter(warehouse_id=warehouse_id).select_related("item")
    if words:
        rows = rows.filter(named(words, "item__") | Q(Exists(own.filter(code__startswith=words.upper()))))
    if is_homeless:
        rows = rows.filter(~Q(Exists(own)))
    if after:
        rows = rows.filter(item_id__gt=after)
    weights = Weight.objects.filter(item=OuterRef("item"))
    shown = rows.annotate(bin=Subquery(own.values("code")), grams=Subquery(weights.values("grams")))
    found = shown.order_by("item_id")[: PAGE + 1]
    return [Lying(one.item, one.bin or "", one.grams, one.on_hand) for one in found]
