"""Goods that were delivered and came back in every way there is, written straight into the tables, for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.aftersales.models import Condition, Disposition, Refund, ReturnPiece, ReturnRequest
from zhoudao.rooms.aftersales.policies import Terms
from zhoudao.rooms.aftersales.reasons import Reason
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.parcels.models import Parcel, ParcelLine
from zhoudao.rooms.stock.models import Warehouse

GOODS = {"CH-1": ("餐椅", 12_900), "LP-7": ("台灯", 5_000), "SF-3": ("沙发", 429_900)}
_OVER = ("refunded", "rejected")


def sold(at: datetime, *, currency: str = "CNY", claims: Sequence[Claim] | None = None, **quantities: int) -> Order:
    """An order of so many of each SKU (`CH_1=2`)."""
    items = [Item(sku, count, GOODS[sku][1], GOODS[sku][0]) for sku, count in _named(quantities).items()]
    more: dict[str, Any] = {"currency": currency} if currency != "CNY" else {}
    more |= {"claims": claims} if claims is not None else {}
    return placed(at=at, items=items, discount_minor=0, shipping_minor=0, tax_minor=0, payment="captured", **more)


def arrived(
    order: Order, at: datetime, some: dict[str, int], *, carrier: str = "sf", place: Warehouse | None = None
) -> Parcel:
    """A parcel with so many of each SKU of it, delivered."""
    parcel = Parcel.objects.create(
        order=order,
        warehouse=place,
        carrier=carrier,
        tracking_number=f"{carrier}{uuid4().int % 10**12}",
        state="delivered",
        handed_over_at=at - timedelta(days=2),
        delivered_at=at,
    )
    for sku, count in some.items():
        ParcelLine.objects.create(parcel=parcel, order_line=order.lines.get(sku=sku), quantity=count)
    return parcel


def back(
    line: OrderLine, ranks: list[int], reason: str, at: datetime, state: str = "approved", **more: Any
) -> ReturnRequest:
    """A return of these pieces of a line."""
    order = line.order
    is_over = state in (*_OVER, "declined", "cancelled", "expired")
    request = ReturnRequest.objects.create(
        number=f"R2026-{uuid4().int % 10**12}",
        order=order,
        store_id=order.store_id,
        customer_id=order.customer_id,
        reason=reason,
        state=state,
        closed_at=at if is_over else None,
        policy_version=1,
        terms=Terms(is_allowed=True).stored(),
        language="en",
        key=uuid4(),
        asked_at=at,
        asked_by="customer:link",
        channel="form",
        **({"kind": "return_refund"} | more),
    )
    is_live = state not in ("declined", "cancelled", "expired")
    ReturnPiece.objects.bulk_create(
        ReturnPiece(request=request, order_line=line, rank=rank, is_live=is_live) for rank in ranks
    )
    return request


def paid(request: ReturnRequest, at: datetime, rng: Random, *, is_paid: bool = True) -> None:
    """Its pieces inspected in every way, and their money promised and mostly paid."""
    postage, over = rng.choice((0, 1_000, 1_001)), rng.choice((0, 0, 7))
    pieces = list(request.pieces.filter(is_live=True))
    goods = lost = fee = shipping = 0
    for piece in pieces:
        piece.condition = rng.choice(Condition.values)
        piece.disposition = rng.choice(Disposition.values)
        piece.is_accepted = piece.disposition != Disposition.SEND_BACK
        piece.lost_percent = rng.choice((0, 0, 20, 50))
        piece.paid_minor = piece.order_line.price_minor
        piece.lost_minor = piece.paid_minor * piece.lost_percent // 100
        piece.fee_minor, piece.shipping_minor = rng.choice((0, 100)), rng.choice((0, 300))
        goods, lost = goods + piece.paid_minor, lost + piece.lost_minor
        fee, shipping = fee + piece.fee_minor, shipping + piece.shipping_minor
    refund = Refund.objects.create(
        number=f"F{uuid4().int % 10**12}",
        request=request,
        order_id=request.order_id,
        state="paid" if is_paid else "approved",
        paid_at=at if is_paid else None,
        currency=request.order.currency,
        goods_minor=goods,
        lost_minor=lost,
        fee_minor=fee,
        shipping_minor=shipping,
        postage_minor=postage,
        over_minor=over,
        amount_minor=goods - lost - fee + shipping + postage - over,
        asked_at=at,
        asked_by="x",
    )
    for piece in pieces:
        piece.refund = refund
        piece.save()
    ReturnRequest.objects.filter(id=request.id).update(owed_minor=rng.choice((0, 0, 501)))


def bazaar(rng: Random, now: datetime, orders: int = 40) -> None:
    """A quarter's orders, in one parcel, in two, or in none; of two stores and currencies; some of it comes back."""
    places = [Warehouse.objects.create(code=f"q-{n}", names={"en": f"Place {n}"}, kind="warehouse") for n in range(2)]
    nanjing, _made = Store.objects.get_or_create(code="nanjing", defaults={"names": {"en": "Nanjing"}})
    for _ in range(orders):
        at = now - timedelta(days=rng.randint(1, 130), minutes=rng.randint(0, 900))
        wanted = {sku: rng.randint(1, 4) for sku in rng.sample(sorted(GOODS), rng.randint(1, 3))}
        named: dict[str, Any] = {sku.replace("-", "_"): n for sku, n in wanted.items()}
        order = sold(at, currency=rng.choice(("CNY", "CNY", "USD")), **named)
        if rng.random() < 0.3:
            Order.objects.filter(id=order.id).update(store=nanjing)
        carrier, place = rng.choice(("sf", "jd")), rng.choice((*places, None))
        if rng.random() < 0.2:
            Order.objects.filter(id=order.id).update(fulfilment="delivered", delivered_at=at)
        else:
            first = {sku: rng.randint(0, count) for sku, count in wanted.items()}
            rest = {sku: count - first[sku] for sku, count in wanted.items()}
            for part, days in ((first, 2), (rest, rng.randint(2, 60))):
                if any(part.values()) and (part is first or rng.random() < 0.8):
                    some = {sku: n for sku, n in part.items() if n}
                    arrived(order, at + timedelta(days=days), some, carrier=carrier, place=place)
        order.refresh_from_db()
        for line in order.lines.all():
            ranks = [rank for rank in range(line.quantity) if rng.random() < 0.4]
            if ranks:
                _comes_back(line, ranks, at + timedelta(days=9), rng)


def _comes_back(line: OrderLine, ranks: list[int], at: datetime, rng: Random) -> None:
    state = rng.choice(("requested", "sent", "refunded", "refunded", "refunded", "rejected", "declined", "expired"))
    kind = rng.choice(("return_refund", "refund_only"))
    request = back(line, ranks, rng.choice(Reason.values), at, state, kind=kind)
    if state in _OVER or state == "sent":
        paid(request, at, rng, is_paid=state == "refunded")


def _named(quantities: dict[str, int]) -> dict[str, int]:
    return {name.replace("_", "-"): count for name, count in quantities.items()}
