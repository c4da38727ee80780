"""A batch that goes wrong: its notice names it, it alone is stopped where that can be told, and its owners are told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.orders.commands.stopping import stopped_batches, stopped_skus
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.parcels.models import ParcelBatch, ParcelLine
from zhoudao.rooms.quality.commands.noticing import close_notice, open_notice
from zhoudao.rooms.quality.commands.stopping import sell_product_again, stop_batch, stop_product
from zhoudao.rooms.quality.commands.words import begin_word
from zhoudao.rooms.quality.models import Owner, QualityNotice
from zhoudao.rooms.quality.queries.lots import Cohort
from zhoudao.rooms.quality.queries.owners import Goods, got
from zhoudao.rooms.quality.queries.rises import figures_of
from zhoudao.rooms.quality.refusals import BatchNotAsked, NobodyToTell, NotAnswered
from zhoudao.rooms.quality.tests.goods import arrived, back, sold
from zhoudao.rooms.quality.tests.test_notices import DAY, delivered, looked, one_of, person
from zhoudao.rooms.stock.commands.naming import ask_batch, name_item
from zhoudao.rooms.stock.refusals import BatchUnsound

pytestmark = pytest.mark.django_db
TEXTS = {"zh-Hans": "停用", "zh-Hant": "停用", "en": "Stop using it"}


def packed(order: Order, at: datetime, sku: str, batch: str = "", found: str = "") -> None:
    """One of it arrived, packed as a batch or nobody said which; it came back with another on its label."""
    parcel = arrived(order, at, {sku: 1})
    if batch:
        ParcelBatch.objects.create(line=ParcelLine.objects.get(parcel=parcel), batch=batch, quantity=1)
    if found:
        back(order.lines.get(), [0], "no_reason", at + 2 * DAY).pieces.update(batch=found)


def batch(sku: str, name: str, count: int, days: int, faulty: int = 0) -> None:
    """So many of a batch were delivered so many days ago; of some of it the customer says it is broken."""
    for n in range(count):
        order = sold(TEN - (days + 2) * DAY, **one_of(sku))
        packed(order, TEN - days * DAY + timedelta(minutes=n), sku, name)
        if n < faulty:
            back(order.lines.get(), [0], "quality", TEN - (days - 3) * DAY, "sent")


def a_bad_batch() -> QualityNotice:
    delivered("CH-1", 60, 100, faulty=1)
    batch("CH-1", "A1", 20, 20)
    batch("CH-1", "B2", 20, 20, faulty=9)
    delivered("LP-7", 60, 100, faulty=2)
    delivered("LP-7", 20, 20, faulty=1)
    [notice] = looked()
    return notice


def test_a_bad_batch_gets_a_notice_of_its_own_and_its_product_none_besides() -> None:
    person("zhao")
    notice = a_bad_batch()
    assert (notice.sku, notice.batch) == ("CH-1", "B2")
    figures = notice.figures
    assert (figures["hits"], figures["of"], figures["before"], figures["of_before"]) == (9, 20, 1, 80)
    assert figures["tests"] == 3, "chairs, lamps, and the one batch of which anything came back"
    assert notice.evidence.count() == 9
    assert looked(TEN + DAY) == [], "neither it nor its product again"
    assert figures_of("CH-1", TEN, batch="B2")["hits"] == 9


def test_what_all_batches_do_is_their_products_notice() -> None:
    delivered("CH-1", 60, 100, faulty=1)
    for name in ("A1", "B2"):
        batch("CH-1", name, 10, 20, faulty=6)
    delivered("LP-7", 80, 100, faulty=2)
    delivered("LP-7", 40, 20, faulty=1)
    [notice] = looked()
    assert (notice.sku, notice.batch) == ("CH-1", "")


def test_a_batch_alone_is_stopped_only_where_packing_asks_for_it() -> None:
    boss = person("zhao")
    notice = open_notice(sku="CH-1", batch="b 2", words="腿松", figures={}, returns=[], viewer=boss, at=TEN)
    asked: dict[str, Any] = {"notice_id": notice.id, "viewer": boss, "at": TEN}
    name_item(sku="CH-1", names={})
    with pytest.raises(BatchNotAsked):
        stop_batch(**asked)
    ask_batch(sku="CH-1", is_asked=True)
    stop_product(**asked)
    stop_batch(**asked)
    assert (stopped_skus(), stopped_batches(["CH-1"])) == ({}, {"CH-1": {"B2"}}), "the rest is sold on"
    with pytest.raises(NotAnswered):
        close_notice(**asked)
    stop_product(**asked)
    assert (set(stopped_skus()), stopped_batches(["CH-1"])) == ({"CH-1"}, {})
    sell_product_again(**asked)
    assert (stopped_skus(), stopped_batches(["CH-1"])) == ({}, {})
    with pytest.raises(BatchUnsound):
        open_notice(sku="CH-1", batch="?", words="x", figures={}, returns=[], viewer=boss, at=TEN)


def owners() -> dict[str, Order]:
    """Who got a chair: of the batch, of another, of none that is known; and one whose label said otherwise."""
    kinds = {"of": ("B2", ""), "other": ("A1", ""), "unknown": ("", ""), "found": ("A1", "B2")}
    made = {}
    for name, (batch_, found) in kinds.items():
        claims = [Claim("external", name, scope="shop")]
        made[name] = sold(TEN - 9 * DAY, claims=claims, CH_1=1)
        packed(made[name], TEN - 7 * DAY, "CH-1", batch_, found)
    return made


def test_who_got_a_batch_is_told_apart_from_whose_nobody_knows() -> None:
    made, asked = owners(), Cohort(TEN - 30 * DAY, TEN, TEN)

    def listed(goods: Goods) -> set[str]:
        ids = {one.order.id for one in got(asked, goods)[0]}
        return {name for name, order in made.items() if order.id in ids}

    assert listed(Goods("CH-1", "B2")) == {"of", "found"}
    assert listed(Goods("CH-1", "B2", is_unknown=True)) == {"unknown"}
    assert listed(Goods("CH-1")) == set(made)
    assert listed(Goods("CH-1", "C3")) == set()


def test_word_goes_to_the_batchs_owners_and_by_choice_to_those_nobody_knows_of() -> None:
    boss, made = person("zhao"), owners()
    notice = open_notice(sku="CH-1", batch="B2", words="腿松", figures={}, returns=[], viewer=boss, at=TEN)
    days = {"first": (TEN - 30 * DAY).date(), "last": TEN.date(), "zone": "Asia/Shanghai"}
    asked: dict[str, Any] = {"notice_id": notice.id, "texts": TEXTS, "viewer": boss, "at": TEN, **days}
    begin_word(**asked)
    assert _told(made) == {"of", "found"}
    notice.words_to_owners.update(finished_at=TEN)
    with pytest.raises(NobodyToTell):
        begin_word(**asked)
    assert begin_word(to_unknown=True, **asked).to_unknown
    assert _told(made) == {"of", "found", "unknown"}


def _told(made: dict[str, Order]) -> set[str]:
    ids = set(Owner.objects.values_list("order_id", flat=True))
    return {name for name, order in made.items() if order.id in ids}
