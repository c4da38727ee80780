"""What allocation knows: the open places, how far along their days are, what is free where, and the rules in force."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from uuid import UUID

from zhoudao.engines.allocation import (
    USUAL,
    Choice,
    Point,
    Rule,
    RuleUnreadable,
    Site,
    allocate,
    kilometres,
    point_of,
    read_rules,
)
from zhoudao.ground.decisions.queries import DecisionNotFound, Table, live_tables
from zhoudao.kit.kept import Kept
from zhoudao.rooms.orders.models import Order, OrderLine, PlaceDay
from zhoudao.rooms.orders.tables import ALLOCATION
from zhoudao.rooms.stock.goods import Key
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.queries.balances import available, unknown

_codes: Kept[UUID, str] = Kept(3600.0)  # of stores, and they stay
AHEAD = 7  # days looked at when places are full


@dataclass(frozen=True)
class Rules:
    """An order's criteria, and which row of which version says so; version 0: none does, and the usual ones hold."""

    criteria: tuple[Rule, ...] = USUAL
    version: int = 0
    row: int | None = None


@dataclass(frozen=True)
class Decision:
    """What was chosen for which day, by which rules."""

    choice: Choice
    day: date
    rules: Rules


@dataclass
class Ground:
    """Read once, for one order or several: what others took meanwhile is found under the locks."""

    today: date
    places: list[Warehouse]
    free: dict[Key, int]
    table: Table | None
    taken: dict[tuple[UUID, date], int] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()  # what no item is called

    def sites(self, order: Order, day: date, free: Mapping[Key, int], skus: Collection[str]) -> list[Site]:
        """The places as they are for an order on a day."""
        there, sites = point_of(order.province, order.city), []
        for place in self.places:
            km = _far(_point(place), there)
            taken, most = self.taken.get((place.id, day), 0), place.daily_capacity
            sites.append(
                Site(
                    key=place.code,
                    free={sku: free.get((place.id, sku), 0) for sku in skus},
                    km=km,
                    cost=place.parcel_minor + place.way_minor * (km or 0) // 100,
                    load=taken * 100 // most if most else 0,
                    left=None if most is None else max(0, most - taken),
                    priority=place.priority,
                    is_own=place.store_id is not None and place.store_id == order.store_id,
                )
            )
        return sites

    def decide(self, order: Order, wanted: Mapping[str, int], rules: Rules, free: Mapping[Key, int]) -> Decision:
        """Where an order's goods are sent from, on the first day on which it is possible."""
        for ahead in range(AHEAD):
            day = self.today + timedelta(days=ahead)
            choice = allocate(wanted, self.sites(order, day, free, wanted), rules.criteria)
            if choice.plan is not None or not any(one.verdict == "full" for one in choice.looked):
                break
        return Decision(choice, day, rules)

    def note(self, decision: Decision) -> None:
        """This will count what was just taken, for the orders that follow."""
        for code, share in (decision.choice.plan or {}).items():
            place = self.by_code[code]
            self.taken[place.id, decision.day] = self.taken.get((place.id, decision.day), 0) + 1
            for sku, count in share.items():
                self.free[place.id, sku] -= count

    @cached_property
    def skus(self) -> frozenset[str]:
        """What is kept in any of the places."""
        return frozenset(sku for _place, sku in self.free)

    @property
    def by_code(self) -> dict[str, Warehouse]:
        """The places by what programs call them."""
        return {place.code: place for place in self.places}


def read_ground(skus: Iterable[str], today: date) -> Ground:
    """What there is now (four statements, one more where something is kept nowhere)."""
    wanted = set(skus)
    places = list(Warehouse.objects.filter(closed_at=None).order_by("priority", "code"))
    days = PlaceDay.objects.filter(date__gte=today, date__lt=today + timedelta(days=AHEAD))
    taken = {(place, day): count for place, day, count in days.values_list("place_id", "date", "parcels")}
    try:
        table = live_tables(ALLOCATION)[ALLOCATION]
    except DecisionNotFound:
        table = None
    free = available(wanted)
    return Ground(today, places, free, table, taken, unknown(wanted - {sku for _place, sku in free}))


def rules_for(order: Order, lines: Sequence[OrderLine], table: Table | None) -> Rules:
    """By what the places of an order are chosen. A table that says nothing readable leaves it at the fewest parcels
    from the first places, as the page then says.
    """
    if table is None:
        return Rules()
    asked = {
        "source": order.source,
        "store": _codes.get(order.store_id, lambda: order.store.code),
        "province": order.province,
        "city": order.city,
        "amount": float(order.total.amount),
        "pieces": sum(line.quantity for line in lines),
        "lines": len(lines),
    }
    said, row = table.ask(asked)
    try:
        return Rules(read_rules(str((said or {}).get("criteria", ""))), table.version, row)
    except RuleUnreadable:
        return Rules()


def _point(place: Warehouse) -> Point | None:
    if place.latitude is not None and place.longitude is not None:
        return place.latitude, place.longitude
    return point_of(place.province, place.city)


def _far(one: Point | None, other: Point | None) -> int | None:
    return kilometres(one, other) if one and other else None
