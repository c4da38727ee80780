"""Lives real orders once more, in the order of their own times: placed, approved, handed over, delivered; and what the
clock would have found in between, at the moments at which a live system would have known.
"""

import argparse
import csv
import gzip
import heapq
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from zhoudao.doors.cli import Refused
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.remembering import remember_past
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.parcels.commands.handing_over import hand_over_parcel
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.lanes import count_lanes
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.commands.watching import look_at_parcel, to_look_at
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.parcels.told import Said, Told

SOURCE, CARRIER = "olist", "correios"
LEARN_EVERY = timedelta(days=1)
LEAD = timedelta(days=1)
USUAL_SPEED = 60.0  # of dialogues; orders wait for nothing unless somebody asks
_BY = By("system:demo")


@dataclass(frozen=True)
class Life:
    """One order as it really went; a moment that never came is None."""

    id: str
    buyer: str
    state: str
    city: str
    items: tuple[tuple[str, int, int], ...]  # product, price and freight in minor units
    placed_at: datetime
    approved_at: datetime
    handed_at: datetime
    delivered_at: datetime | None
    promised_at: datetime


@dataclass
class Lived:
    """What came of it. `late`: delivered after the promise; `flagged_before`: of these, found before it, and
    `a_day_before` a day or more; `false`: found and yet in time; `flagged`: all that were found before the promise.
    """

    orders: int = 0
    delivered: int = 0
    late: int = 0
    flagged: int = 0
    flagged_before: int = 0
    a_day_before: int = 0
    false: int = 0
    false_a_day_before: int = 0
    left_out: int = 0
    seconds: float = 0.0
    numbers: list[str] = field(default_factory=list, repr=False)


def read(folder: Path, *, limit: int = 0) -> tuple[list[Life], int]:
    """The orders of a folder (orders, order_items and customers as CSV, gzipped or not) that were handed over, by the
    time they were placed; and how many others there are.
    """
    buyers = {row["customer_id"]: row for row in _rows(folder, "customers")}
    items: dict[str, list[tuple[str, int, int]]] = {}
    for row in _rows(folder, "order_items"):
        price, freight = (Money.of(Decimal(row[name]), "BRL").minor for name in ("price", "freight_value"))
        items.setdefault(row["order_id"], []).append((row["product_id"], price, freight))
    lives: list[Life] = []
    others = 0
    for row in sorted(_rows(folder, "orders"), key=lambda one: (one["order_purchase_timestamp"], one["order_id"])):
        life = _life(row, buyers.get(row["customer_id"], {}), items.get(row["order_id"], []))
        if life is None:
            others += 1
        elif not limit or len(lives) < limit:
            lives.append(life)
    return lives, others


def live_again(
    lives: list[Life], *, speed: float = 0.0, store: str = "web", show: Callable[[int, int], None] | None = None
) -> Lived:
    """This will live these orders once more. `speed`: so many of their seconds in one of ours; 0 waits for nothing.

    Only what was known at a moment counts then: lanes are counted anew every day from what had arrived.
    """
    began, lived = time.monotonic(), Lived()
    known: dict[str, Order] = {}
    learned = start = lives[0].placed_at if lives else datetime.now(UTC)
    for done, (at, what, life) in enumerate(_moments(lives)):
        if speed:
            time.sleep(max(0.0, began + (at - start).total_seconds() / speed - time.monotonic()))
        while learned + LEARN_EVERY <= at:
            learned += LEARN_EVERY
            _look(learned)
            count_lanes(at=learned)
        _look(at)
        _STEPS[what](life, known, at, store)
        if show and done % 50 == 0:
            show(done, 4 * len(lives))
    _look(max((life.promised_at for life in lives), default=start) + timedelta(days=1))
    _judge(lives, known, lived)
    lived.seconds = round(time.monotonic() - began, 1)
    return lived


def _moments(lives: list[Life]) -> Iterator[tuple[datetime, str, Life]]:
    """Every moment of every life, in the order of time."""
    heap: list[tuple[datetime, int, str, Life]] = []
    for n, life in enumerate(lives):
        heap.append((life.placed_at, 4 * n, "place", life))
        heap.append((life.approved_at, 4 * n + 1, "approve", life))
        heap.append((life.handed_at, 4 * n + 2, "hand", life))
        if life.delivered_at is not None:
            heap.append((life.delivered_at, 4 * n + 3, "deliver", life))
    heapq.heapify(heap)
    while heap:
        at, _n, what, life = heapq.heappop(heap)
        yield at, what, life


def _look(until: datetime) -> None:
    """What the clock would have found until then, each at its own moment."""
    while True:
        row = Parcel.objects.filter(look_at__lte=until).order_by("look_at", "id").values_list("look_at", "id").first()
        if row is None or row[0] is None:
            return
        look_at_parcel(row[1], at=row[0])
        if to_look_at(row[0], limit=1) == [row[1]]:
            raise RuntimeError("a parcel is looked at for ever")


def _place(life: Life, known: dict[str, Order], at: datetime, store: str) -> None:
    counts: dict[str, list[int]] = {}
    for sku, price, _freight in life.items:
        counts.setdefault(f"{sku}/{price}", [0, price])[0] += 1
    submission = Submission(
        source=SOURCE,
        external_number=life.id,
        items=[Item(key.partition("/")[0], count, price, "") for key, (count, price) in counts.items()],
        shipping_minor=sum(freight for _sku, _price, freight in life.items),
        currency="BRL",
        payment="captured",
        recipient=Recipient("", "", "", life.state, life.city, ""),
        claims=[Claim("external", life.buyer, scope=SOURCE)],
        store=store,
        placed_at=life.placed_at,
        promised_at=life.promised_at,
    )
    known[life.id] = place_order(submission, by=_BY, at=at, is_history=True).order


def _approve(life: Life, known: dict[str, Order], at: datetime, _store: str) -> None:
    remember_past(order_id=known[life.id].id, past=Past(approved_at=at), by=_BY)


def _hand(life: Life, known: dict[str, Order], at: datetime, _store: str) -> None:
    """Nobody is told of what was long ago; it is watched all the same."""
    label = Label(CARRIER, _number(life))
    parcel = hand_over_parcel(order_id=known[life.id].id, label=label, is_history=True, by=_BY, at=at)
    Parcel.objects.filter(id=parcel.id).update(look_at=at)


def _deliver(life: Life, _known: dict[str, Order], at: datetime, _store: str) -> None:
    note_told(told=Told(CARRIER, _number(life), (Said(at, "delivered"),)), source="replay", at=at)


_STEPS = {"place": _place, "approve": _approve, "hand": _hand, "deliver": _deliver}


def _judge(lives: list[Life], known: dict[str, Order], lived: Lived) -> None:
    found: dict[UUID, datetime | None] = dict(
        Parcel.objects.filter(order_id__in=[order.id for order in known.values()]).values_list("order_id", "late_at")
    )
    for life in lives:
        lived.orders += 1
        lived.numbers.append(known[life.id].number)
        if life.delivered_at is None:
            continue
        late_at = found.get(known[life.id].id)
        is_late, is_found = life.delivered_at > life.promised_at, late_at is not None and late_at < life.promised_at
        is_early = late_at is not None and late_at <= life.promised_at - LEAD
        lived.delivered += 1
        lived.late += is_late
        lived.flagged += is_found
        lived.flagged_before += is_late and is_found
        lived.a_day_before += is_late and is_early
        lived.false += is_found and not is_late
        lived.false_a_day_before += is_early and not is_late


def _number(life: Life) -> str:
    return f"BR{life.id.upper()}"[:40]


def _life(row: dict[str, str], buyer: dict[str, str], items: list[tuple[str, int, int]]) -> Life | None:
    """None: it has nothing in it, or never left; or its times contradict each other."""
    times = {
        name: _moment(row[f"order_{name}"])
        for name in (
            *("purchase_timestamp", "approved_at", "delivered_carrier_date"),
            *("delivered_customer_date", "estimated_delivery_date"),
        )
    }
    placed, approved, handed, delivered, promised = times.values()
    if not (items and buyer and placed and approved and handed and promised):
        return None
    if not placed <= approved <= handed or (delivered is not None and delivered < handed):
        return None
    return Life(
        row["order_id"], buyer["customer_unique_id"], buyer["customer_state"], buyer["customer_city"], tuple(items),
        placed, approved, handed, delivered, promised,
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _rows(folder: Path, name: str) -> Iterator[dict[str, str]]:
    path = next((one for one in (folder / f"{name}.csv.gz", folder / f"{name}.csv") if one.exists()), None)
    if path is None:
        raise FileNotFoundError(folder / f"{name}.csv.gz")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    yield from csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))


def run(arguments: argparse.Namespace) -> int:
    """This will live a folder's orders once more and say what was found in time. Raises: Refused."""
    if arguments.speed < 0 or arguments.limit < 0:
        raise Refused("--speed and --limit cannot be negative.")
    try:
        lives, others = read(arguments.replay_orders, limit=arguments.limit)
    except (OSError, KeyError, ValueError) as error:
        raise Refused(f"These orders cannot be read ({error}).") from error
    if not Store.objects.filter(closed_at=None).exists():
        raise Refused("There is no store that takes orders yet. Found the demo company first: zhoudao demo")
    lived = live_again(lives, speed=arguments.speed if arguments.speed != USUAL_SPEED else 0.0, show=_show)
    lived.left_out = others
    told = {name: value for name, value in asdict(lived).items() if name != "numbers"}
    print(json.dumps(told) if arguments.json else _words(lived))
    return 0


def _words(lived: Lived) -> str:
    return (
        f"{lived.orders} orders, {lived.delivered} of them delivered, in {lived.seconds:.0f} s"
        f" ({lived.left_out} others never left, or contradict themselves).\n"
        f"Delivered after the promise: {lived.late}; found before it: {lived.flagged_before}, a day or more before:"
        f" {lived.a_day_before}.\n"
        f"Found, and yet in time: {lived.false}; a day or more before the promise: {lived.false_a_day_before}."
    )


def _show(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done * 100 // of} %", end="", file=sys.stderr, flush=True)
