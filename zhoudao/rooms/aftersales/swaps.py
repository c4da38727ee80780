"""What pieces are exchanged for: the same again for the same money, or another item at its price."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.rooms.aftersales.pieces import Had
from zhoudao.rooms.aftersales.refusals import AmountUnsound, NoListPrice, SwapUnknown
from zhoudao.rooms.orders.models import ListPrice, Order
from zhoudao.rooms.orders.submission import DEAREST
from zhoudao.rooms.stock.models import Item
from zhoudao.rooms.stock.queries.balances import available

Chosen = Sequence[tuple[Had, list[int]]]


@frozen
class Wanted:
    """What is sent for one piece. The same again costs what was paid for it (`price_minor` None)."""

    sku: str
    name: str
    price_minor: int | None = None


Swaps = Mapping[UUID, Wanted]  # by line


def swaps_of(
    order: Order, chosen: Chosen, wanted: Mapping[UUID, str], *, prices: Mapping[UUID, int] | None = None
) -> Swaps:
    """What is sent for the chosen pieces of each line: the item that is `wanted` for it, the same unless one is named,
    at its list price, or at what a clerk says where it has none (two statements for other items, none for the same).

    Raises: SwapUnknown, NoListPrice, AmountUnsound
    """
    others = {line_id: sku.strip() for line_id, sku in wanted.items() if sku.strip()}
    own = {had.line.id: had.line for had, _ranks in chosen}
    others = {line_id: sku for line_id, sku in others.items() if line_id in own and own[line_id].sku != sku}
    found = {line_id: Wanted(line.sku, line.name) for line_id, line in own.items()}
    if not others:
        return found
    names = {one.sku: str(one) for one in Item.objects.filter(sku__in=others.values())}
    listed = dict(
        ListPrice.objects.filter(sku__in=others.values(), currency=order.currency).values_list("sku", "price_minor")
    )
    for line_id, sku in others.items():
        price = listed.get(sku) or (prices or {}).get(line_id, 0)
        if sku not in names:
            raise SwapUnknown(SwapUnknown.__doc__)
        if not price:
            raise NoListPrice(sku)
        if type(price) is not int or not 0 < price <= DEAREST:
            raise AmountUnsound(AmountUnsound.__doc__)
        found[line_id] = Wanted(sku, names[sku], price)
    return found


def short_of(pieces: Iterable[tuple[str, int]]) -> bool:
    """Whether stock knows an item of which so many cannot be promised now (one statement)."""
    needed: dict[str, int] = {}
    for sku, count in pieces:
        needed[sku] = needed.get(sku, 0) + count
    free: dict[str, int] = {}
    for (_place, sku), count in available(needed).items():
        free[sku] = free.get(sku, 0) + max(0, count)
    return any(free[sku] < count for sku, count in needed.items() if sku in free)
