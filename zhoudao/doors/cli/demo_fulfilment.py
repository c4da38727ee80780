"""The demo company's warehouse at work: bins, a week of waves that left, one in work, and orders that wait."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from zhoudao.ground.accounts.models import User
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.fulfilment.commands.bins import place_item, set_weight
from zhoudao.rooms.fulfilment.commands.packing import hand_over_tote, scan_pack, weigh
from zhoudao.rooms.fulfilment.commands.picking import scan_pick
from zhoudao.rooms.fulfilment.commands.scanning import Read
from zhoudao.rooms.fulfilment.commands.waves import make_wave, release_wave
from zhoudao.rooms.fulfilment.models import Tote, ToteLine, Wave
from zhoudao.rooms.fulfilment.queries.walking import stops_of
from zhoudao.rooms.fulfilment.weighing import expected
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.parcels.commands.handing_over import Label
from zhoudao.rooms.stock.models import Balance, Warehouse
from zhoudao.rooms.stock.models import Item as Article

_PEOPLE = ("林女士", "赵先生", "钱女士", "冯先生", "沈女士", "韩先生", "杨女士", "许先生")
_STREETS = ("文三路", "凤起路", "庆春路", "莫干山路", "天目山路")
_DEMO = By("system:demo")
_WAITING = 14


@dataclass
class _Floor:
    """The place, its goods, and who works there."""

    place: Warehouse
    articles: list[Article]
    by: By
    rng: Random
    count: int = 0


def live(*, at: datetime) -> None:
    """This will have the central warehouse work, once."""
    place = Warehouse.objects.filter(code="kunshan").first()
    if place is None or Wave.objects.exists():
        return
    worker = User.objects.filter(grants__role="warehouse_worker").order_by("email").first()
    by = By(f"user:{worker.pk}") if worker else _DEMO
    rows = Balance.objects.filter(warehouse=place, available__gte=20).select_related("item").order_by("item_id")
    floor = _Floor(place, [row.item for row in rows], by, Random(54))  # noqa: S311  # what is bought, not a secret
    _give_bins(floor, at)
    _pack_some(_wave(floor, "single", 5, at - timedelta(hours=3)), by, at - timedelta(hours=2))
    _wave(floor, "cluster", 6, at - timedelta(minutes=50), stops=5)
    for n in range(_WAITING):
        _order(floor, at - timedelta(minutes=9 * n + 4))


def _give_bins(floor: _Floor, at: datetime) -> None:
    """All but one item in a dozen: somebody still has to say where those lie."""
    for turn, article in enumerate(floor.articles):
        set_weight(sku=article.sku, grams=180 + zlib.crc32(article.sku.encode()) % 2_400)
        if turn % 12 != 5:
            code = f"{'ABC'[turn % 3]}-{turn // 3 % 4 + 1:02d}-{turn * 7 % 24 + 1:02d}"
            place_item(warehouse_id=floor.place.id, sku=article.sku, code=code, by=floor.by, at=at - timedelta(days=9))


def _order(floor: _Floor, at: datetime) -> None:
    """An order of the web shop that passes the review."""
    rng, n = floor.rng, floor.count
    floor.count += 1
    articles = rng.sample(floor.articles, rng.choice((1, 1, 2, 2, 3)))
    items = [
        Item(
            one.sku,
            rng.choice((1, 1, 1, 2)),
            9_900 + zlib.crc32(one.sku.encode()) % 300 * 100,
            str(one.names["zh-Hans"]),
        )
        for one in articles
    ]
    phone, street = f"135{20_000_000 + n * 37:08d}", f"{rng.choice(_STREETS)} {n + 3} 号"
    wanted = Submission(
        source="web-shop",
        external_number=f"F{n:05d}",
        items=items,
        payment="captured",
        recipient=Recipient(rng.choice(_PEOPLE), phone, street, "浙江省", "杭州市", "西湖区"),
        claims=[Claim("external", phone, scope="web-shop")],
        store="web",
        promised_at=at + timedelta(days=rng.choice((1, 2, 3))),
    )
    order = place_order(wanted, by=_DEMO, at=at).order
    review_order(order_id=order.id, at=at + timedelta(seconds=2))
    approve_order(order_id=order.id, at=at + timedelta(seconds=3))


def _wave(floor: _Floor, method: str, size: int, at: datetime, *, stops: int = 500) -> Wave:
    """A wave of new orders, walked so far: two seconds a scan, a dozen to the next bin, and now and then a mistake."""
    for _ in range(size):
        _order(floor, at - timedelta(minutes=floor.rng.randint(20, 90)))
    wave = make_wave(warehouse_id=floor.place.id, method=method, until=at, size=size, by=floor.by, at=at)
    release_wave(wave_id=wave.id, by=floor.by, at=at + timedelta(minutes=2))
    when = at + timedelta(minutes=4)
    for text, quantity in _walked(wave, stops, floor):
        when += timedelta(seconds=floor.rng.randint(4, 19))
        scan_pick(wave_id=wave.id, read=Read(text, quantity), by=floor.by, at=when)
    return wave


def _pack_some(wave: Wave, by: By, at: datetime) -> None:
    """One has left, one is packed, one was stopped; the others wait on the table."""
    totes = list(Tote.objects.filter(wave=wave, state="picked").order_by("rank"))
    for tote in totes[:2]:
        for line in ToteLine.objects.filter(tote=tote):
            scan_pack(tote_id=tote.id, read=Read(line.item_id, line.sorted), by=by, at=at)
        grams = expected(ToteLine.objects.filter(tote=tote), "small").grams or 500
        weigh(tote_id=tote.id, box="small", grams=grams + 12, by=by, at=at)
    if len(totes) > 2:
        hand_over_tote(tote_id=totes[0].id, label=Label("sf", "SF3100540000017"), by=by, at=at + timedelta(minutes=9))
        cancel_order(order_id=totes[2].order_id, reason="customer", by=_DEMO, at=at + timedelta(minutes=3))


def _walked(wave: Wave, stops: int, floor: _Floor) -> Iterator[tuple[str, int]]:
    for _ in range(stops):
        stop = next(iter(stops_of(wave)), None)
        if stop is None:
            return
        if stop.bin:
            yield stop.bin, 1
        if floor.rng.random() < 0.04:  # the neighbour's
            yield floor.rng.choice(floor.articles).sku, 1
        yield stop.item.barcode or stop.item.sku, stop.left
        if wave.method == "cluster":
            yield stop.totes[0], 1
