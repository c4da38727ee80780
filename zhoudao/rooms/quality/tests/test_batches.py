"""What came back of each batch, against a recount on paper; pieces of which nobody said it are told apart."""

from collections import Counter, defaultdict
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.aftersales.models import ReturnPiece
from zhoudao.rooms.orders.models import OrderLine
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.parcels.models import Parcel, ParcelBatch, ParcelLine
from zhoudao.rooms.quality.queries.batches import UNKNOWN, by_batch
from zhoudao.rooms.quality.queries.behind import Part, behind
from zhoudao.rooms.quality.queries.causes import FAULTY, causes
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.tests.goods import arrived, back, bazaar, sold
from zhoudao.rooms.quality.tests.test_causes import DAY, bazaar_more, cohort, of

pytestmark = pytest.mark.django_db
Lot = tuple[OrderLine, UUID | None]


def labelled(rng: Random) -> None:
    """Of most parcels' lines all, some or nothing was said, mostly one batch; of some returns the label was read."""
    for held in ParcelLine.objects.all():
        left, most = held.quantity, rng.choice((0, 1, 1, 1, 2, 3))
        for batch in rng.sample(("A", "B", "C"), most):
            count = left if rng.random() < 0.5 else rng.randint(0, left)
            if count:
                ParcelBatch.objects.create(line=held, batch=batch, quantity=count)
            left -= count
    for piece in ReturnPiece.objects.all():
        if rng.random() < 0.4:
            piece.batch = rng.choice("ABCD")
            piece.save(update_fields=["batch"])


class Recount:
    """Every figure of batches, lot by lot and piece by piece."""

    def __init__(self, asked: Cohort) -> None:
        self.delivered, self.known, self.rows = Counter[str](), Counter[tuple[str, str]](), Counter[Any]()
        self.faults, self.found, self.other = Counter[Any](), Counter[Any](), Counter[Any]()
        self.unsure = Counter[str]()
        self.returns: dict[Any, set[Any]] = defaultdict(set)
        lots: dict[Lot, list[int]] = defaultdict(list)
        for line, rank, _at, parcel in of(asked):
            self.delivered[line.sku] += 1
            lots[line, parcel.id if parcel else None].append(rank)
        for (line, parcel_id), ranks in lots.items():
            self.add(line, parcel_id, sorted(ranks))

    def add(self, line: OrderLine, parcel_id: UUID | None, ranks: list[int]) -> None:
        rows = ParcelBatch.objects.filter(line__parcel=parcel_id, line__order_line=line)
        packed = Counter(dict(rows.values_list("batch", "quantity")))
        alone = next((batch for batch, count in packed.items() if count == len(ranks)), "")
        for batch, count in packed.items():
            self.known[line.sku, batch] += count
        room = Counter(packed)
        for rank in ranks:
            for piece in ReturnPiece.objects.filter(order_line=line, rank=rank, is_live=True).select_related("request"):
                batch = (piece.batch or alone) if alone else ""
                if alone and batch != alone:
                    self.known[line.sku, alone] -= 1
                    self.known[line.sku, batch] += 1
                    self.other[line.sku, batch] += 1
                elif not alone and piece.batch and room[piece.batch]:
                    room[piece.batch] -= 1
                    batch = piece.batch
                self.count(line.sku, batch, piece, is_told=bool(packed))

    def count(self, sku: str, batch: str, piece: ReturnPiece, *, is_told: bool) -> None:
        if not batch and piece.batch:
            self.found[sku, piece.batch] += 1
        if batch or not is_told:
            self.rows[sku, batch] += 1
            self.faults[sku, batch] += piece.request.reason in FAULTY
            self.returns[sku, batch].add(piece.request_id)
        elif not piece.batch:
            self.unsure[sku] += 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_batchs_figures_are_what_a_recount_lot_by_lot_gives(seed: int) -> None:
    bazaar(Random(seed), TEN)
    labelled(Random(seed))
    seen = Counter[str]()
    for asked in (cohort(), cohort(28), cohort(stores=[])):
        paper = Recount(asked)
        found = by_batch(asked, paper.delivered)
        assert {one.sku: one.unsure for one in found} == {one.sku: paper.unsure[one.sku] for one in found}
        for one in found:
            assert (one.share.of, one.share.hits) == (
                paper.delivered[one.sku],
                sum(count for (sku, _batch), count in paper.known.items() if sku == one.sku),
            )
            for each in [*one.batches, one.unknown]:
                key = (one.sku, each.batch)
                assert (each.back, each.faults.hits) == (paper.rows[key], paper.faults[key]), key
                assert (each.returns, each.found, each.other) == (
                    len(paper.returns[key]), paper.found[key], paper.other[key],
                ), key  # fmt: skip
                if each.batch:
                    assert each.delivered == paper.known[key]
                    assert each.back <= each.delivered
                    seen.update(found=each.found, other=each.other, back=each.back)
        seen.update(unsure=sum(paper.unsure.values()))
    assert all(seen[name] for name in ("found", "other", "back", "unsure")), "the shop has every kind of piece"


@pytest.mark.parametrize("seed", [4])
def test_behind_every_number_of_a_batch_are_as_many_returns_as_it_counted(seed: int) -> None:
    bazaar(Random(seed), TEN)
    labelled(Random(seed))
    asked = cohort()
    delivered = {one.sku: one.delivered for one in causes(asked, currency="CNY").products}
    for one in by_batch(asked, delivered):
        for each in [*one.batches, one.unknown]:
            rows, _after = behind(asked, Part(sku=one.sku, batch=each.batch or UNKNOWN))
            assert len(rows) == each.returns <= 25
            if each.found:
                assert behind(asked, Part(sku=one.sku, batch=each.batch, is_found=True))[0]


def test_a_label_goes_before_what_was_packed_and_what_only_a_return_tells_is_in_no_rate() -> None:
    first, second = sold(TEN - 50 * DAY, CH_1=4), sold(TEN - 50 * DAY, CH_1=4)
    packed, unsaid = (arrived(order, TEN - 48 * DAY, {"CH-1": 4}) for order in (first, second))
    ParcelBatch.objects.create(line=ParcelLine.objects.get(parcel=packed), batch="A", quantity=4)
    assert unsaid
    for order in (first, second):
        request = back(order.lines.get(), [0], "quality", TEN - 40 * DAY)
        request.pieces.update(batch="B")
    [one] = by_batch(cohort(), {"CH-1": 8})
    rows = {each.batch: (each.delivered, each.back, each.found, each.other) for each in one.batches}
    assert rows == {"A": (3, 0, 0, 0), "B": (1, 1, 1, 1)}
    assert (one.unknown.delivered, one.unknown.back, one.share.hits, one.share.of) == (4, 1, 4, 8)


def test_as_many_statements_for_much_as_for_little() -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            by_batch(cohort(), {"CH-1": 9})
        return len(asked)

    bazaar(Random(5), TEN, orders=3)
    few = statements()
    bazaar_more(Random(6))
    labelled(Random(6))
    assert statements() == few == 1
    assert Parcel.objects.count() > 20
