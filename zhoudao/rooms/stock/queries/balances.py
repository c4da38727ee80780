"""Stock as lists show it, and as allocation asks for it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from zhoudao.ground.keyset import beyond
from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import needs, terms
from zhoudao.kit.gs1 import barcodes_of, read_elements
from zhoudao.kit.kept import Kept
from zhoudao.rooms.stock.goods import Key
from zhoudao.rooms.stock.models import Balance, Item

PAGE = 25
_has_items: Kept[str, bool] = Kept(60.0)


@frozen
class Asked:
    """Which balances: of these places (None: all), by words of the item, only where nothing is available, and behind
    which one (item, place).
    """

    places: Sequence[UUID] | None = None
    words: str = ""
    is_low: bool = False
    after: tuple[str, UUID] | None = None


def balances(asked: Asked) -> list[Balance]:
    """A page of them and one more, by item and place."""
    rows = Balance.objects.select_related("item", "warehouse")
    if asked.places is not None:
        rows = rows.filter(warehouse_id__in=asked.places)
    if asked.is_low:
        rows = rows.filter(available__lte=0)
    if asked.words.strip():
        rows = rows.filter(named(asked.words, "item__"))
    if asked.after is not None:
        sku, place = asked.after
        rows = rows.filter(beyond("item_id", sku, place, key="warehouse_id"))
    return list(rows.order_by("item_id", "warehouse_id")[: PAGE + 1])


def item_scanned(text: str) -> Item | None:
    """The item of this number or barcode, or of the number on a GS1 label: what a scanner typed."""
    wanted = text.strip()
    if not wanted or "\0" in wanted:
        return None
    found = Item.objects.filter(Q(sku=wanted) | Q(barcode=wanted))[:2]
    item = next(iter(sorted(found, key=lambda one: one.sku != wanted)), None)
    label = read_elements(wanted) if item is None else None
    if label is None or not label.gtin:
        return item
    codes = barcodes_of(label.gtin)
    return Item.objects.filter(Q(barcode__in=codes) | Q(sku__in=codes)).order_by("sku").first()


def items_like(words: str, most: int = 8) -> QuerySet[Item]:
    """Items found by words of their name, number or barcode."""
    return Item.objects.filter(named(words, "")).order_by("sku")[:most]


def unknown(skus: Iterable[str]) -> frozenset[str]:
    """Those of these that no item is called, where there are items at all (one statement, none for none)."""
    wanted = frozenset(skus)
    if not wanted or not _has_items.get("", Item.objects.exists):
        return frozenset()
    return wanted - set(Item.objects.filter(sku__in=wanted).values_list("sku", flat=True))


def available(skus: Iterable[str]) -> dict[Key, int]:
    """How many may be promised of these items, by open warehouse (one statement)."""
    rows = Balance.objects.filter(item_id__in=list(skus), warehouse__closed_at=None)
    return {(place, sku): count for place, sku, count in rows.values_list("warehouse_id", "item_id", "available")}


def named(words: str, prefix: str) -> Q:
    """What was typed, wherever it stands; fewer than three letters are a number's beginning."""
    wanted = terms(words)
    found = needs(wanted)
    asked = Q()
    if found.grams:
        asked &= Q(**{f"{prefix}grams__contains": list(found.grams)})
    for term in wanted:
        is_short = not needs([term]).grams
        asked &= Q(**{f"{prefix}sku__istartswith" if is_short else f"{prefix}words__contains": term})
    return asked
