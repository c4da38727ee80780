"""What each SKU costs and where it lies, asked of the rooms that know."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.globe import Point, kilometres
from zhoudao.kit.money import Money
from zhoudao.rooms.orders.commands.stopping import stopped_skus
from zhoudao.rooms.orders.models import ListPrice
from zhoudao.rooms.stock.models import Balance, Warehouse

FEW = 3  # so many or fewer are "only a few left" for customers, who read no figures of stock


@frozen
class Shelf:
    """How many of a SKU may be promised from one open place, never fewer than none."""

    place: Warehouse
    available: int

    @property
    def level(self) -> str:
        """none, few or some: what customers are told."""
        return "none" if self.available == 0 else "few" if self.available <= FEW else "some"


@frozen
class Offer:
    """One SKU: its list price in the house's currency (None: nobody said), whether its sale is stopped, its shelves."""

    sku: str
    price: Money | None
    is_stopped: bool
    shelves: tuple[Shelf, ...]

    @property
    def available(self) -> int:
        """In all places together."""
        return sum(one.available for one in self.shelves)


def offers(skus: Iterable[str], places: Sequence[UUID] | None = None) -> dict[str, Offer]:
    """Each of these SKUs, with its shelves in these open places (None: all), what is chosen first on top (three
    statements, none for none).
    """
    wanted = list(dict.fromkeys(skus))
    if not wanted:
        return {}
    currency = clock.currency()
    rows = ListPrice.objects.filter(sku__in=wanted, currency=currency)
    prices = {one.sku: Money(one.price_minor, currency) for one in rows}
    stopped, shelves = stopped_skus(wanted), _shelves(wanted, places)
    return {sku: Offer(sku, prices.get(sku), sku in stopped, tuple(shelves.get(sku, ()))) for sku in wanted}


def nearest(offer: Offer, near: Warehouse) -> tuple[Shelf, int | None] | None:
    """The stores' shelf with something on it that is nearest to a place, with how many kilometres away (None where
    nobody knows where they are); the place's own first.
    """
    held = [one for one in offer.shelves if one.available and one.place.store_id]
    ways = [(_way(near, one.place), number, one) for number, one in enumerate(held)]
    if not ways:
        return None
    way, _number, shelf = min(ways, key=lambda each: (each[0] is None, each[0] or 0, each[1]))
    return shelf, way


def _shelves(skus: list[str], places: Sequence[UUID] | None) -> dict[str, list[Shelf]]:
    rows = Balance.objects.filter(item_id__in=skus, warehouse__closed_at=None).select_related("warehouse__store")
    if places is not None:
        rows = rows.filter(warehouse_id__in=places)
    found: dict[str, list[Shelf]] = {}
    for one in rows.order_by("warehouse__priority", "warehouse__code"):
        found.setdefault(one.item_id, []).append(Shelf(one.warehouse, max(0, one.available)))
    return found


def _way(one: Warehouse, other: Warehouse) -> int | None:
    if one.id == other.id:
        return 0
    here, there = _point(one), _point(other)
    return kilometres(here, there) if here and there else None


def _point(place: Warehouse) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude
