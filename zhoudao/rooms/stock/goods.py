"""What is asked of stock: so many of an item in a warehouse, and for what."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from zhoudao.kit.frozen import frozen
from zhoudao.kit.grams import grams
from zhoudao.kit.text import fold
from zhoudao.rooms.stock.refusals import NothingAsked, QuantityUnsound, SkuUnsound

Key = tuple[UUID, str]  # warehouse, item
MOST_LINES, MOST = 2_000, 1_000_000
_LONGEST = 80


@frozen
class Goods:
    """So many of an item in a warehouse."""

    warehouse_id: UUID
    sku: str
    quantity: int

    @property
    def key(self) -> Key:
        """Where of what."""
        return self.warehouse_id, self.sku


@frozen
class Purpose:
    """Whatever goods are kept for, by the name and key of whoever asks: ("order", its id)."""

    kind: str
    id: UUID


def sound(goods: Iterable[Goods]) -> list[Goods]:
    """What was asked, in the order balances are held in; the same twice is their sum.

    Raises: NothingAsked, SkuUnsound, QuantityUnsound
    """
    asked: dict[Key, int] = {}
    for one in goods:
        check_sku(one.sku)
        check_quantity(one.quantity)
        asked[one.key] = asked.get(one.key, 0) + one.quantity
    if not asked or len(asked) > MOST_LINES:
        raise NothingAsked(NothingAsked.__doc__)
    for quantity in asked.values():
        check_quantity(quantity)
    return [Goods(*key, quantity) for key, quantity in sorted(asked.items())]


def check_sku(sku: str) -> None:
    """Raises: SkuUnsound"""
    if not 1 <= len(sku) <= _LONGEST or sku != sku.strip() or not sku.isprintable():
        raise SkuUnsound(SkuUnsound.__doc__)


def check_quantity(quantity: int) -> None:
    """Raises: QuantityUnsound"""
    if type(quantity) is not int or not 1 <= quantity <= MOST:
        raise QuantityUnsound(QuantityUnsound.__doc__)


def words_of(sku: str, names: Mapping[str, str], barcode: str | None) -> tuple[str, list[str]]:
    """What an item is found by, folded, and its pieces."""
    words = fold(" ".join(filter(None, [sku, barcode, *names.values()])))
    return words, grams(words)
