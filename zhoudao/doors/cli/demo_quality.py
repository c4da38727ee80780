"""The demo company's goods that came back: half a year of deliveries, and a lamp of which one batch goes wrong."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from django.db import transaction

from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import Condition, Disposition, Refund, ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.placing import Taking, place_orders
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.past import Past
from zhoudao.rooms.orders.submission import Item, Recipient, Submission
from zhoudao.rooms.parcels.models import Parcel, ParcelBatch, ParcelLine
from zhoudao.rooms.quality.commands.watching import look_for_faults
from zhoudao.rooms.quality.models import Look
from zhoudao.rooms.stock.models import Item as StockItem
from zhoudao.rooms.stock.models import Warehouse

_SOURCE, _ORDERS, _DAYS, _BAD = "sold-before", 420, 220, "LP-7001"
_BAD_BATCH = "2608B"
_GOODS = (
    ("LP-7001", "护眼台灯", 19_900),
    ("DC-2045", "北欧餐椅", 32_900),
    ("RG-9902", "羊毛地毯", 79_900),
    ("CF-6604", "半自动咖啡机", 159_900),
    ("CT-1102", "胡桃木茶几", 89_900),
)
_CARRIERS = ("sf", "zto", "jd")
_WHY = (Reason.NO_REASON, Reason.UNSUITABLE, Reason.NOT_AS_DESCRIBED, Reason.DAMAGED, Reason.WRONG_ITEM, Reason.MISSING)
_DAY = timedelta(days=1)


@transaction.atomic
def live(*, at: datetime) -> None:
    """This will sell for half a year and take some of it back, as history nobody is told of; once."""
    if Order.objects.filter(source=_SOURCE).exists():
        return
    rng = Random(23)  # noqa: S311  # what comes back, not a secret
    places = list(Warehouse.objects.filter(closed_at=None).order_by("priority", "code")[:3])
    place_orders([_taking(n, at, rng) for n in range(_ORDERS)], by=By("system:demo"), at=at)
    for order in Order.objects.filter(source=_SOURCE).order_by("placed_at", "id").prefetch_related("lines"):
        _arrive(order, places, rng, at)
        for line in order.lines.all():
            _come_back(order, line, at, rng)
    StockItem.objects.filter(sku=_BAD).update(asks_batch=True)
    Look.objects.all().delete()  # the clock has looked at the empty shop today already
    look_for_faults(at=at, zone=clock.zone().key)


def _taking(n: int, at: datetime, rng: Random) -> Taking:
    placed_at = at - _DAYS * _DAY * (n + 1) / _ORDERS - timedelta(minutes=rng.randint(0, 500)) - 4 * _DAY
    items = [
        Item(sku, rng.choice((1, 1, 2)), price, name) for sku, name, price in rng.sample(_GOODS, rng.choice((1, 2)))
    ]
    if not n % 3 and all(item.sku != _BAD for item in items):
        items.append(Item(_BAD, 1, 19_900, "护眼台灯"))
    submission = Submission(
        source=_SOURCE,
        external_number=f"B{n:06d}",
        items=items,
        payment="captured",
        recipient=Recipient("老顾客", f"139{10_000_000 + n}", "中山路 1 号", "江苏省", "南京市", "鼓楼区"),
        claims=[Claim("external", f"before-{n % 160}", scope="web-shop")],
        store="web",
        placed_at=placed_at,
    )
    left = placed_at + _DAY
    return Taking(submission, Past(placed_at, left, left + 2 * _DAY))


def _batch(order: Order, line: OrderLine, at: datetime) -> str:
    """The lamp's batches follow one another, and lately two are sold side by side; of one in six nobody noted it."""
    assert order.delivered_at is not None
    number = int(order.external_number[1:])
    if line.sku != _BAD or not number % 6:
        return ""
    if order.delivered_at > at - 45 * _DAY:
        return _BAD_BATCH if number % 2 else "2608A"
    return "2604A" if order.delivered_at > at - 120 * _DAY else "2601C"


def _arrive(order: Order, places: list[Warehouse], rng: Random, at: datetime) -> None:
    parcel = Parcel.objects.create(
        order=order,
        warehouse=rng.choice(places) if places else None,
        carrier=rng.choice(_CARRIERS),
        tracking_number=f"B{rng.randrange(10**11):011d}",
        state="delivered",
        handed_over_at=order.placed_at + _DAY,
        delivered_at=order.delivered_at,
        is_history=True,
    )
    ParcelLine.objects.bulk_create(
        ParcelLine(parcel=parcel, order_line=line, quantity=line.quantity) for line in order.lines.all()
    )
    held = [(one, _batch(order, one.order_line, at)) for one in parcel.lines.select_related("order_line")]
    ParcelBatch.objects.bulk_create(
        ParcelBatch(line=one, batch=batch, quantity=one.quantity) for one, batch in held if batch
    )


def _come_back(order: Order, line: OrderLine, at: datetime, rng: Random) -> None:
    """Six of a hundred, some of them faulty; of the lamp's newest batch most do not work."""
    assert order.delivered_at is not None
    is_bad = _batch(order, line, at) == _BAD_BATCH and rng.random() < 0.85
    if not is_bad and rng.random() >= 0.07:
        return
    reason = Reason.QUALITY if is_bad or rng.random() < 0.2 else rng.choice(_WHY)
    asked_at = min(order.delivered_at + rng.randint(1, 8) * _DAY, at)
    request = _request(order, reason.value, asked_at)
    pieces = list(_pieces(request, line, is_bad or reason in (Reason.QUALITY, Reason.DAMAGED), rng))
    refund = _refund(request, pieces, rng.choice((0, 1_200)), asked_at)
    for piece in pieces:
        piece.refund = refund
    ReturnPiece.objects.bulk_create(pieces)


def _request(order: Order, reason: str, asked_at: datetime) -> ReturnRequest:
    return ReturnRequest.objects.create(
        number=f"R{asked_at.year}-{900_000 + ReturnRequest.objects.count():06d}",
        order=order,
        store_id=order.store_id,
        customer_id=order.customer_id,
        kind="return_refund",
        reason=reason,
        state="refunded",
        policy_version=1,
        terms=Terms(is_allowed=True).stored(),
        language=order.language,
        key=uuid4(),
        asked_at=asked_at,
        asked_by="customer:link",
        channel="form",
        received_at=asked_at,
        inspected_at=asked_at,
        closed_at=asked_at,
    )


def _pieces(request: ReturnRequest, line: OrderLine, is_faulty: bool, rng: Random) -> Iterator[ReturnPiece]:
    for rank in range(rng.randint(1, line.quantity)):
        kinds = (
            (Condition.FAULTY, Condition.FAULTY, Condition.DAMAGED)
            if is_faulty
            else (Condition.AS_NEW, Condition.OPENED)
        )
        becomes = (Disposition.VENDOR, Disposition.SCRAP) if is_faulty else (Disposition.RESTOCK,)
        yield ReturnPiece(
            request=request,
            order_line=line,
            rank=rank,
            is_here=True,
            condition=rng.choice(kinds).value,
            disposition=rng.choice(becomes).value,
            is_accepted=True,
            paid_minor=line.price_minor,
        )


def _refund(request: ReturnRequest, pieces: list[ReturnPiece], postage: int, at: datetime) -> Refund:
    goods = sum(piece.paid_minor for piece in pieces)
    return Refund.objects.create(
        number=f"{request.number}-1",
        request=request,
        order_id=request.order_id,
        state="paid",
        currency=request.order.currency,
        goods_minor=goods,
        postage_minor=postage,
        amount_minor=goods + postage,
        asked_at=at,
        asked_by="system:policy",
        approved_at=at,
        paid_at=at,
    )
