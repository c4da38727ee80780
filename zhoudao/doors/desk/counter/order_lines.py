"""The goods of an order at the counter, as they are typed, scanned and looked up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.kit.money import BadAmount, Money
from zhoudao.rooms.orders.models import ListPrice
from zhoudao.rooms.orders.submission import MOST_PIECES, Item
from zhoudao.rooms.stock.models import Item as StockItem
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.queries.balances import available, item_scanned, items_like

MOST_ROWS = 100
_COLUMNS = ("sku", "name_of", "quantity", "price")


@dataclass
class Row:
    """One line as it stands in the form; `here` pieces lie in this store, `elsewhere` in all others (None: in no
    place's book). `hint` says where its words come from, when it was read out of some.
    """

    sku: str
    name: str
    quantity: str = "1"
    price: str = ""
    fault: str = ""
    here: int | None = None
    elsewhere: int = 0
    hint: object = None

    def item(self) -> Item | None:
        """What is ordered; None: `fault` says what is wrong with it."""
        text = self.quantity.strip()
        if not (text.isascii() and text.isdigit() and len(text) < 6 and 0 < int(text) <= MOST_PIECES):
            self.fault = _("A quantity is a whole number from 1 to 9,999.")
            return None
        try:
            minor = Money.of(self.price.strip(), clock.currency()).minor
        except BadAmount:
            minor = 0
        if minor <= 0 or len(self.price) > 15:
            self.fault = _("A price is above zero, in whole cents.")
            return None
        return Item(self.sku, int(text), minor, self.name)


def rows_of(given: QueryDict) -> list[Row]:
    """The lines of a form that was sent."""
    columns = [given.getlist(name)[:MOST_ROWS] for name in _COLUMNS]
    return [Row(sku[:80], name[:200], quantity, price) for sku, name, quantity, price in zip(*columns, strict=False)]


def added(rows: list[Row], words: str) -> list[StockItem] | None:
    """This will add what a scanner read, or a person typed exactly, or the only one that may be meant; else it returns
    those that may.
    """
    item = item_scanned(words)
    if item is None:
        found = list(items_like(words, 12))
        if len(found) != 1:
            return found
        [item] = found
    for row in rows:
        if row.sku == item.sku:
            typed = row.quantity.strip()
            row.quantity = str(int(typed) + 1) if typed.isascii() and typed.isdigit() and len(typed) < 6 else "1"
            return None
    rows.append(Row(item.sku, str(item)))
    return None


def named(found: Iterable[StockItem], store_id: UUID | None) -> list[Row]:
    """Items to choose from, with price and what lies where."""
    rows = [Row(one.sku, pick(one.names, get_language()) or one.sku) for one in found]
    look_up(rows, store_id)
    return rows


def look_up(rows: Sequence[Row], store_id: UUID | None) -> None:
    """This will put the list price where nobody typed one, and what lies where, on each (three statements)."""
    skus = {row.sku for row in rows}
    if not skus:
        return
    prices = dict(ListPrice.objects.filter(sku__in=skus, currency=clock.currency()).values_list("sku", "price_minor"))
    places = Warehouse.objects.filter(store_id=str(store_id), closed_at=None)
    place = places.values_list("id", flat=True).first() if store_id else None
    free = available(skus)
    kept = {sku for _place, sku in free}
    for row in rows:
        if not row.price and row.sku in prices:
            row.price = str(Money(prices[row.sku], clock.currency()).amount)
        row.here = max(0, free.get((place, row.sku), 0)) if place and row.sku in kept else None
        others = [max(0, count) for (where, sku), count in free.items() if sku == row.sku and where != place]
        row.elsewhere = sum(others)


def total_of(rows: Sequence[Row]) -> Money:
    """What the lines come to, as far as they are sound."""
    total = 0
    for row in rows:
        item = Row(row.sku, row.name, row.quantity, row.price).item()
        total += item.quantity * item.price_minor if item else 0
    return Money(total, clock.currency())
