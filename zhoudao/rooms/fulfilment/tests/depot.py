"""A warehouse with three lamps' worth of aisles and orders that wait, for tests. Others take fixtures from here."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.fulfilment.commands.bins import place_item
from zhoudao.rooms.fulfilment.commands.picking import scan_pick
from zhoudao.rooms.fulfilment.commands.scanning import Read, Scanned
from zhoudao.rooms.fulfilment.commands.waves import make_wave, release_wave
from zhoudao.rooms.fulfilment.models import Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.walking import stops_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.reviewing import bought, open_review, seen, shelf
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.models import Warehouse

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
SONG, HE = By("user:song"), By("user:he")
GOODS = {"LP-7": ("台灯", 5_000, "A-01-02"), "CH-1": ("餐椅", 12_900, "B-02-07"), "RG-3": ("地毯", 7_900, "A-02-09")}
EAN = {"LP-7": "6901234567892", "CH-1": "6909876543214", "RG-3": "6900000000017"}


@dataclass
class Depot:
    """The warehouse `east`. `now` moves only when a test says so."""

    place: Warehouse
    now: datetime = NOW
    count: int = 0
    names: dict[str, str] = field(default_factory=dict)

    def order(self, **goods: int) -> Order:
        """An approved order of lamps, chairs and rugs (`LP_7=2`), each of somebody of their own."""
        self.count += 1
        items = [Item(sku, n, GOODS[sku][1], GOODS[sku][0]) for sku, n in self.wanted(goods).items()]
        return seen(bought(f"buyer-{self.count}", *items, at=self.now), at=self.now)

    def wanted(self, goods: dict[str, int]) -> dict[str, int]:
        return {name.replace("_", "-"): count for name, count in goods.items()}

    def wave(self, method: str = "single", size: int = 10, *, is_released: bool = True) -> Wave:
        """A wave of what waits."""
        asked: dict[str, Any] = {"until": self.now, "size": size, "by": SONG, "at": self.now}
        wave = make_wave(warehouse_id=self.place.id, method=method, **asked)
        return release_wave(wave_id=wave.id, by=SONG, at=self.now) if is_released else wave

    def scan(self, wave: Wave, text: str, quantity: int = 1, *, by: By = SONG, key: UUID | None = None) -> Scanned:
        return scan_pick(wave_id=wave.id, read=Read(text, quantity, key), by=by, at=self.now)

    def pick_all(self, wave: Wave, by: By = SONG) -> None:
        """This will walk the whole wave without a mistake."""
        for _ in range(200):
            stop = next(iter(stops_of(Wave.objects.select_related("warehouse").get(id=wave.id))), None)
            if stop is None:
                break
            if stop.bin:
                self.scan(wave, stop.bin, by=by)
            quantity = stop.left
            self.scan(wave, EAN[stop.item.sku], quantity, by=by)
            if wave.method == "cluster":
                self.scan(wave, stop.totes[0], by=by)
        while wave.method == "batch" and self.state(wave) == "picking":
            line = ToteLine.objects.filter(tote__wave=wave, picked__gt=0).exclude(sorted__gte=1).first()
            rows = [one for one in ToteLine.objects.filter(tote__wave=wave) if one.picked > one.sorted]
            assert rows or line is None
            self.scan(wave, EAN[rows[0].item_id], by=by)

    def state(self, wave: Wave) -> str:
        return Wave.objects.get(id=wave.id).state

    def totes(self, wave: Wave) -> dict[str, str]:
        """Order number to where its tote stands."""
        return {
            one.order.number: one.state
            for one in Tote.objects.filter(wave=wave).select_related("order").order_by("rank")
        }

    def lines(self, order: Order) -> list[tuple[str, int, int, int]]:
        """Item, picked, short, packed."""
        rows = ToteLine.objects.filter(tote__order=order).order_by("item_id")
        return list(rows.values_list("item_id", "picked", "short", "packed"))

    def later(self, **units: float) -> datetime:
        self.now += timedelta(**units)
        return self.now


def open_depot(*, each: int = 20, at: datetime = NOW) -> Depot:
    """This will fill the warehouse and give everything a bin and a barcode."""
    open_review(at)
    for sku, (name, _price, bin_) in GOODS.items():
        place_id = shelf(sku, each, at=at)
        name_item(sku=sku, names={"zh-Hans": name}, barcode=EAN[sku])
        place_item(warehouse_id=place_id, sku=sku, code=bin_, by=SONG, at=at)
    return Depot(Warehouse.objects.get(code="east"), at)


def told(*types: str) -> list[str]:
    """What was told of fulfilment, in order; of these types."""
    rows = Event.objects.filter(type__startswith="fulfilment.").order_by("id")
    names = [one.removeprefix("fulfilment.") for one in rows.values_list("type", flat=True)]
    return [name for name in names if not types or name in types]


def key() -> UUID:
    """A scan's own."""
    return uuid4()


def hung_on(order: Order, store: Store, code: str, *, at: datetime) -> dict[str, UUID]:
    """A wave of a store's stock with this order's tote, and a parcel of it, without any goods."""
    place = Warehouse.objects.get(store=store)
    wave = Wave.objects.create(number="W9", warehouse=place, method="single", state="released", made_at=at, made_by="x")
    tote = Tote.objects.create(wave=wave, order=order, warehouse=place, rank=1, code=code[:20], approved_at=at)
    parcel = order.parcels.create(carrier="sf", handed_over_at=at)
    return {"wave_id": wave.id, "tote_id": tote.id, "parcel_id": parcel.id, "shipment_id": parcel.id}
