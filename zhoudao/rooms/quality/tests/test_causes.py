"""What came back of what was delivered, against a recount on paper."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Store
from zhoudao.rooms.aftersales.models import Refund, ReturnPiece
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.parcels.models import Parcel, ParcelLine
from zhoudao.rooms.quality.queries.behind import Part, behind
from zhoudao.rooms.quality.queries.causes import (
    BROKEN_ON_THE_WAY,
    FAULTY,
    PACKED_WRONGLY,
    RIPE,
    Product,
    causes,
    ways,
)
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.tests.goods import arrived, back, bazaar, sold

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def cohort(days: int = 91, **more: Any) -> Cohort:
    return Cohort(TEN - days * DAY, TEN, TEN - RIPE, **more)


def came(line: OrderLine) -> list[tuple[datetime, Parcel | None]]:
    """When each piece of a line arrived, by its rank, and in which parcel."""
    held = ParcelLine.objects.filter(order_line=line, parcel__delivered_at__isnull=False).select_related("parcel")
    pieces: list[tuple[datetime, Parcel | None]] = []
    for one in sorted(held, key=lambda each: (each.parcel.delivered_at, each.parcel_id)):
        assert one.parcel.delivered_at is not None
        pieces += [(one.parcel.delivered_at, one.parcel)] * one.quantity
    if not pieces and line.order.fulfilment == "delivered":
        assert line.order.delivered_at is not None
        pieces = [(line.order.delivered_at, None)] * line.quantity
    return pieces[: line.quantity]


def of(asked: Cohort) -> Iterator[tuple[OrderLine, int, datetime, Parcel | None]]:
    """Every piece delivered in it: line, rank, when, in what."""
    orders = Order.objects.all() if asked.stores is None else Order.objects.filter(store_id__in=asked.stores)
    for line in OrderLine.objects.filter(order__in=orders).select_related("order"):
        for rank, (at, parcel) in enumerate(came(line)):
            if asked.start <= at < asked.end:
                yield line, rank, at, parcel


def shares(refund: Refund | None, name: str) -> Fraction:
    """One piece's part of its refund's postage, or of what was left out; nothing before it is paid."""
    if refund is None or refund.state != "paid":
        return Fraction(0)
    return Fraction(getattr(refund, f"{name}_minor"), refund.pieces.count())


def money(piece: ReturnPiece) -> tuple[Fraction, Fraction]:
    """What went back for a piece, and what it cost us."""
    request, refund = piece.request, piece.refund
    is_paid = refund is not None and refund.state == "paid"
    goods = piece.paid_minor - piece.lost_minor - piece.fee_minor
    back_for_it, cost = Fraction(0), Fraction(0)
    if is_paid:
        back_for_it = goods + piece.shipping_minor + shares(refund, "postage") - shares(refund, "over")
        not_owed = Fraction(1)
        if request.owed_minor:
            not_owed = Fraction(100 - piece.lost_percent, 100) if piece.is_accepted else Fraction(0)
        cost += piece.shipping_minor * not_owed + shares(refund, "postage")
        cost += goods - shares(refund, "over") if request.kind == "refund_only" else 0
    cost += Fraction(request.owed_minor, request.pieces.filter(is_live=True).count())
    if piece.is_accepted and piece.disposition == "scrap":
        cost += Fraction(piece.paid_minor * (100 - piece.lost_percent), 100)
    return back_for_it, cost


class Recount:
    """Every figure of a cohort, piece by piece."""

    def __init__(self, asked: Cohort) -> None:
        self.delivered, self.young = Counter[str](), Counter[str]()
        self.reasons: dict[str, Counter[str]] = defaultdict(Counter)
        self.found = Counter[tuple[str, str]]()
        self.sums: dict[str, list[Fraction]] = defaultdict(lambda: [Fraction(0), Fraction(0)])
        self.returns: dict[str, set[Any]] = defaultdict(set)
        self.parcels, self.broken, self.wrong = set[Parcel](), set[Parcel](), set[Parcel]()
        for line, rank, at, parcel in of(asked):
            self.delivered[line.sku] += 1
            self.young[line.sku] += at > asked.ripe_at
            self.parcels |= {parcel} if parcel else set()
            for piece in ReturnPiece.objects.filter(order_line=line, rank=rank, is_live=True):
                self.add(line, piece, parcel)

    def add(self, line: OrderLine, piece: ReturnPiece, parcel: Parcel | None) -> None:
        reason, own = piece.request.reason, {parcel} if parcel else set()
        self.reasons[line.sku][reason] += 1
        self.returns[line.sku].add(piece.request_id)
        if piece.condition:
            self.found[reason, piece.condition] += 1
        self.broken |= own if reason in BROKEN_ON_THE_WAY else set()
        self.wrong |= own if reason in PACKED_WRONGLY else set()
        if line.order.currency == "CNY":
            self.sums[line.sku] = [one + part for one, part in zip(self.sums[line.sku], money(piece), strict=True)]

    def by(self, name: str, hits: set[Parcel]) -> dict[Any, tuple[int, int]]:
        """Of each carrier's or place's parcels, how many hits."""
        of_all, of_hits = (Counter(getattr(one, name) for one in some) for some in (self.parcels, hits))
        return {key: (of_hits[key], count) for key, count in of_all.items()}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_what_a_recount_piece_by_piece_gives(seed: int) -> None:
    bazaar(Random(seed), TEN)
    nanjing = Store.objects.get(code="nanjing").id
    for asked in (cohort(), cohort(28), cohort(stores=[nanjing]), cohort(stores=[])):
        paper, counted, went = Recount(asked), causes(asked, currency="CNY"), ways(asked)
        assert {one.sku: one.delivered for one in counted.products} == dict(paper.delivered)
        for one in counted.products:
            assert (one.young, one.reasons) == (paper.young[one.sku], paper.reasons[one.sku])
            assert one.returns == len(paper.returns[one.sku])
            assert [one.paid_back, one.cost] == [round(each) for each in paper.sums[one.sku]]
        whole = counted.whole
        assert whole.returns == len(set().union(*paper.returns.values()))
        assert whole.paid_back == round(sum((each[0] for each in paper.sums.values()), Fraction(0)))
        assert dict(whole.found) == dict(paper.found)
        assert {code: (one.hits, one.of) for code, one in went.carriers.items()} == paper.by("carrier", paper.broken)
        assert {key: (one.hits, one.of) for key, one in went.places.items()} == paper.by("warehouse_id", paper.wrong)
    assert causes(cohort(), currency="CNY").whole.cost > 0


def test_a_piece_counts_with_the_parcel_it_came_in_and_not_with_the_lines_others() -> None:
    order = sold(TEN - 100 * DAY, CH_1=3)
    arrived(order, TEN - 95 * DAY, {"CH-1": 2}, carrier="jd")
    arrived(order, TEN - 10 * DAY, {"CH-1": 1}, carrier="sf")
    line = order.lines.get()
    back(line, [0], "damaged", TEN - 90 * DAY)
    [one] = causes(cohort(), currency="CNY").products
    assert (one.delivered, one.rate.hits) == (1, 0), "what came back was delivered before the period"
    back(line, [2], "quality", TEN - 5 * DAY)
    [one] = causes(cohort(), currency="CNY").products
    assert (one.delivered, one.rate.hits, one.faults.hits, one.young) == (1, 1, 1, 1)
    assert {code: share.hits for code, share in ways(cohort()).carriers.items()} == {"sf": 0}


def test_what_was_declined_or_never_sent_did_not_come_back() -> None:
    order = sold(TEN - 50 * DAY, LP_7=4)
    arrived(order, TEN - 48 * DAY, {"LP-7": 4})
    line = order.lines.get()
    for rank, state in enumerate(("declined", "cancelled", "expired", "rejected")):
        back(line, [rank], "quality", TEN - 40 * DAY, state)
    [one] = causes(cohort(), currency="CNY").products
    assert (one.rate.hits, one.delivered, one.young) == (1, 4, 0)
    low, high = one.rate.span
    assert low < 0.25 < high


@pytest.mark.parametrize("seed", [4])
def test_behind_every_number_are_as_many_returns_as_it_counted(seed: int) -> None:
    bazaar(Random(seed), TEN)
    asked = cohort()
    counted = causes(asked, currency="CNY")

    def opened(part: Part) -> int:
        total, after = 0, None
        while True:
            rows, after = behind(asked, part, after=after)
            total += len(rows)
            if after is None:
                return total

    assert opened(Part()) == counted.whole.returns
    for one in counted.products:
        assert opened(Part(sku=one.sku)) == one.returns
    pieces = {request.id: request for (request,) in [(row,) for row in behind(asked, Part(reasons=FAULTY))[0]]}
    assert all(request.reason in FAULTY for request in pieces.values())


def test_as_many_statements_for_much_as_for_little() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            causes(cohort(), currency="CNY")
            ways(cohort())
        return len(asked)

    bazaar(Random(5), TEN, orders=3)
    few = statements()
    bazaar_more(Random(6))
    assert statements() == few == 4


def bazaar_more(rng: Random) -> None:
    for _ in range(20):
        order = sold(TEN - 20 * DAY, CH_1=1, SF_3=1)
        arrived(order, TEN - 18 * DAY, {"CH-1": 1, "SF-3": 1})
        back(order.lines.get(sku="SF-3"), [0], rng.choice(("quality", "missing")), TEN - 9 * DAY)


def test_nothing_delivered_has_no_rate() -> None:
    found = causes(cohort(), currency="CNY")
    assert found.products == []
    assert (found.whole.rate.value, found.whole.per_return) == (None, None)
    assert isinstance(found.whole, Product)
