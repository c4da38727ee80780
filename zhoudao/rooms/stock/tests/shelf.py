"""A warehouse and a store with tables and chairs. Others take fixtures from here."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.reserving import Way, reserve
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods, Purpose
from zhoudao.rooms.stock.models import Balance, Line, Movement, Reservation, Warehouse

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
TODAY = date(2026, 3, 10)
SONG = By("user:song")


@dataclass
class Shelf:
    """Places by code. `now` moves only when a test says so."""

    places: dict[str, Warehouse] = field(default_factory=dict)
    now: datetime = NOW

    def place(self, code: str) -> UUID:
        return self.places[code].id

    def goods(self, sku: str, quantity: int, code: str = "east") -> Goods:
        return Goods(self.place(code), sku, quantity)

    def receives(self, sku: str, quantity: int, code: str = "east", **more: str) -> None:
        receive_stock(goods=[self.goods(sku, quantity, code)], by=SONG, at=self.now, **more)

    def reserves(self, *goods: Goods, way: Way = Way.ALL, purpose: Purpose | None = None) -> Reservation:
        return reserve(purpose=purpose or order(), goods=goods, way=way, by=SONG, at=self.now)

    def book(self, sku: str, code: str = "east") -> tuple[int, int, int]:
        """On hand, reserved, available."""
        one = Balance.objects.get(warehouse=self.places[code], item_id=sku)
        return one.on_hand, one.reserved, one.available

    def later(self, **units: float) -> datetime:
        self.now += timedelta(**units)
        return self.now


def order() -> Purpose:
    """Another order."""
    return Purpose("order", uuid4())


def open_shelf(store: Store) -> Shelf:
    """This will open a warehouse in the east, one in the west and the stock of a store."""
    shelf = Shelf()
    for code, of_store in (("east", None), ("west", None), ("shop", store.id)):
        terms = Terms({"zh-Hans": {"east": "华东仓", "west": "西部仓", "shop": "南京店库存"}[code]})
        shelf.places[code] = open_warehouse(code=code, terms=terms, store_id=of_store, by=SONG, at=NOW)
    return shelf


def lines(reservation: Reservation) -> list[tuple[str, int, int, int]]:
    """Item, held, waiting, shipped of each line."""
    rows = Line.objects.filter(reservation=reservation).order_by("balance__item_id", "balance__warehouse__code")
    return list(rows.values_list("balance__item_id", "held", "waiting", "shipped"))


def differences() -> list[str]:
    """Where book and ledger, or book and reservations, disagree: nowhere, ever."""
    wrong = []
    for balance in Balance.objects.prefetch_related("movements", "lines"):
        moved = sorted(balance.movements.all(), key=lambda one: one.seq)
        sums = sum(one.on_hand for one in moved), sum(one.reserved for one in moved)
        held = sum(line.held for line in balance.lines.all())
        if sums != (balance.on_hand, balance.reserved) or held != balance.reserved:
            wrong.append(f"{balance.item_id}: book {balance.on_hand}/{balance.reserved}, ledger {sums}, held {held}")
        if [one.seq for one in moved] != list(range(1, balance.moves + 1)) or not _adds_up(moved):
            wrong.append(f"{balance.item_id}: the ledger has gaps")
        if balance.available > 0 and any(line.waiting for line in balance.lines.all()):
            wrong.append(f"{balance.item_id}: something waits for goods that are free")
    return wrong


def _adds_up(moved: list[Movement]) -> bool:
    on_hand = reserved = 0
    for one in moved:
        on_hand, reserved = on_hand + one.on_hand, reserved + one.reserved
        if (one.on_hand_after, one.reserved_after) != (on_hand, reserved) or not 0 <= reserved <= on_hand:
            return False
    return True
