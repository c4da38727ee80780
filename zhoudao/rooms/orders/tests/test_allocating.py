"""Where orders are sent from: by the rules, within what a place can do a day, and elsewhere when goods are missing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from zhoudao.ground.decisions.commands import publish
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.choices import looked_at
from zhoudao.rooms.orders.commands.approving import allocate_short, approve_passed
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.reallocating import reallocate, send_from
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.commands.splitting import merge_order, split_order
from zhoudao.rooms.orders.models import Hold, Order, PlaceDay
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    NothingAhead,
    NothingToAllocate,
    NotInParts,
    OrderHeld,
    PlaceUnable,
    WhyMoved,
)
from zhoudao.rooms.orders.sourcing import purpose_of
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.orders.tests.reviewing import bought, holding, open_review, seen, told
from zhoudao.rooms.stock.commands.correcting import correct_stock
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.shipping import ship
from zhoudao.rooms.stock.commands.warehouses import Terms, change_warehouse, open_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Balance, Line, Warehouse
from zhoudao.rooms.stock.tests.shelf import SONG, differences
from zhoudao.rooms.stock.tests.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 3, 10)
LAMP, CHAIR = Item("LP-7", 1, 5_000, "台灯"), Item("CH-1", 1, 12_900, "餐椅")
IN_CHENGDU = Recipient("赵先生", "13912345678", "人民南路 9 号", "四川省", "成都市", "武侯区")


@pytest.fixture(autouse=True)
def places() -> dict[str, UUID]:
    """Three warehouses of one rank, and lamps in all of them."""
    open_review()
    return {code: place(code, *where) for code, where in WHERE.items()}


WHERE: dict[str, Any] = {"hangzhou": ("浙江", "杭州"), "chengdu": ("四川", "成都"), "foshan": ("广东", "佛山")}


def place(code: str, province: str, city: str, **more: Any) -> UUID:
    terms = Terms({"zh-Hans": code}, province, city, **({"parcel_minor": 500, "way_minor": 100} | more))
    made = open_warehouse(code=code, terms=terms, by=SONG, at=TEN)
    receive_stock(goods=[Goods(made.id, "LP-7", 20)], by=SONG, at=TEN)
    return made.id


def able(code: str, **more: Any) -> None:
    """This will say anew what a place can do."""
    one = Warehouse.objects.get(code=code)
    terms = Terms(one.names, one.province, one.city, parcel_minor=500, way_minor=100, **more)
    change_warehouse(warehouse_id=one.id, terms=terms, by=SONG, at=TEN)


def kept(order: Order) -> dict[str, dict[str, int]]:
    """What is held where."""
    rows = Line.objects.filter(reservation__purpose_id=order.id, held__gt=0).order_by("balance__warehouse__code")
    found: dict[str, dict[str, int]] = {}
    for code, sku, held in rows.values_list("balance__warehouse__code", "balance__item_id", "held"):
        found.setdefault(code, {})[sku] = held
    return found


def days() -> dict[tuple[str, date], int]:
    rows = PlaceDay.objects.filter(parcels__gt=0).values_list("place__code", "date", "parcels")
    return {(code, day): count for code, day, count in rows}


def last(order: Order, type_: str = "orders.OrderAllocated") -> dict[str, Any]:
    event = Event.objects.filter(primary_id=order.id, type=type_).order_by("-seq").first()
    return event.attributes if event else {}


def rule(criteria: str, **when: str) -> None:
    """This will publish a table with one row that always holds."""
    live = DecisionVersion.objects.get(key="orders.allocation", is_live=True)
    row = {**dict.fromkeys(live.inputs, ""), "_id": "r1", "criteria": f"'{criteria}'", **when}
    test = {**live.tests[0], "expect": {"criteria": criteria}}
    content = live.content | {"rules": [row]}
    publish(key=live.key, content=content, inputs=live.inputs, tests=[test], by=SONG, at=TEN)


def test_the_nearest_of_equal_rank_sends_and_says_why() -> None:
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    assert (kept(order), order.packing_date) == ({"chengdu": {"LP-7": 1}}, TODAY)
    said = last(order)
    assert (said["sent_from"], said["decided"], said["parcels"], said["km"]) == ("chengdu", "distance", 1, 0)
    assert (said["rules"], said["row"], said["criteria"]) == (1, 3, "parcels, priority, distance:200, load:20, cost")
    verdicts = {one.site.key: (one.verdict, one.by) for one in looked_at(said)}
    assert verdicts == {"chengdu": ("chosen", ""), "foshan": ("lost", "distance"), "hangzhou": ("lost", "distance")}
    assert said["cost_minor"] == 500
    assert days() == {("chengdu", TODAY): 1}


def test_the_table_decides_by_what_and_another_version_decides_otherwise() -> None:
    rule("priority, load")
    able("foshan", priority=1)
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    assert (kept(order), last(order)["rules"], last(order)["decided"]) == ({"foshan": {"LP-7": 1}}, 2, "priority")


def test_a_table_that_says_nothing_readable_leaves_it_at_the_usual_order() -> None:
    DecisionVersion.objects.filter(key="orders.allocation").update(is_live=False)
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    assert (last(order)["criteria"], last(order)["rules"]) == ("parcels, priority", 0)


def test_a_places_day_is_full_and_the_next_nearest_sends_then_the_next_day() -> None:
    for code in WHERE:
        able(code, daily_capacity=1)
    orders = [seen(bought("赵先生", LAMP, recipient=IN_CHENGDU)), *(seen(bought(f"w{n}", LAMP)) for n in range(3))]
    assert days() == {
        ("chengdu", TODAY): 1,
        ("hangzhou", TODAY): 1,
        ("foshan", TODAY): 1,
        ("hangzhou", TODAY + timedelta(1)): 1,
    }
    assert [one.verdict for one in looked_at(last(orders[2])) if one.site.key == "hangzhou"] == ["full"]
    assert orders[3].packing_date == TODAY + timedelta(days=1)
    cancel_order(order_id=orders[1].id, reason="customer", by=SONG, at=TEN)
    assert ("hangzhou", TODAY) not in days()


def test_when_all_are_full_for_a_week_a_person_looks() -> None:
    for code in WHERE:
        able(code, daily_capacity=1)
        for ahead in range(7):
            one = Warehouse.objects.get(code=code)
            PlaceDay.objects.create(place=one, date=TODAY + timedelta(days=ahead), parcels=1)
    order = seen(bought("赵先生", LAMP))
    assert holding(order)["out_of_stock"].kind == "full"
    assert kept(order) == {}


def test_a_day_is_never_taken_beyond_what_a_place_can_do_whoever_is_at_once() -> None:
    for code in WHERE:
        able(code, daily_capacity=2)
    orders = [bought(f"w{n}", LAMP) for n in range(9)]
    for order in orders:
        review_order(order_id=order.id, at=TEN)

    def approves(some: list[Order]) -> Callable[[], None]:
        def work() -> None:
            for one in some:
                approve_order(order_id=one.id, at=TEN)

        return work

    at_once(approves(orders[:3]), approves(orders[3:6]), approves(orders[6:]))
    assert sum(days().values()) == 9
    assert max(days().values()) == 2
    assert not differences()
    assert Order.objects.filter(commercial="approved").count() == 9


def test_a_correction_takes_it_away_and_it_is_sent_from_elsewhere(places: dict[str, UUID]) -> None:
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    correct_stock(warehouse_id=places["chengdu"], sku="LP-7", difference=-20, reason="lost", by=SONG, at=TEN)
    dispatch.drain()
    order.refresh_from_db()
    assert (order.fulfilment, order.short_at) == ("backordered", TEN)
    assert allocate_short(now=lambda: TEN) == 1
    order.refresh_from_db()
    assert (kept(order), order.fulfilment, order.short_at) == ({"foshan": {"LP-7": 1}}, "reserved", None)
    assert (last(order)["why"], days()) == ("allocated_came", {("foshan", TODAY): 1})
    assert not differences()
    assert allocate_short(now=lambda: TEN) == 0


def test_what_can_be_had_nowhere_waits_and_is_sent_from_where_it_comes(places: dict[str, UUID]) -> None:
    receive_stock(goods=[Goods(places["chengdu"], "CH-1", 1)], by=SONG, at=TEN)
    order = seen(bought("赵先生", LAMP, CHAIR, recipient=IN_CHENGDU))
    correct_stock(warehouse_id=places["chengdu"], sku="CH-1", difference=-1, reason="damaged", by=SONG, at=TEN)
    dispatch.drain()
    allocate_short(now=lambda: TEN)
    order.refresh_from_db()
    assert (order.fulfilment, order.packing_date, days()) == ("backordered", None, {}), "nothing goes out yet"
    dispatch.drain()
    receive_stock(goods=[Goods(places["foshan"], "CH-1", 3)], by=SONG, at=TEN)
    dispatch.drain()
    allocate_short(now=lambda: TEN)
    order.refresh_from_db()
    assert (kept(order), order.fulfilment) == ({"foshan": {"CH-1": 1, "LP-7": 1}}, "reserved")
    assert days() == {("foshan", TODAY): 1}


def test_a_short_pick_is_found_elsewhere_and_the_rest_stays(places: dict[str, UUID]) -> None:
    order = seen(bought("赵先生", Item("LP-7", 3, 5_000), recipient=IN_CHENGDU))
    younger = seen(bought("钱女士", LAMP, recipient=replace(IN_CHENGDU, phone="13812345678", address="一环路 3 号")))
    Order.objects.filter(id=order.id).update(fulfilment="picking")
    anew = reallocate(order_id=order.id, short={"LP-7": 2}, place=places["chengdu"], by=SONG, at=TEN)
    assert kept(order) == {"chengdu": {"LP-7": 1}, "foshan": {"LP-7": 2}}
    assert dict(anew.sent_from) == {places["foshan"]: {"LP-7": 2}}
    assert (anew.order.fulfilment, anew.waiting) == ("picking", {})
    assert kept(younger) == {"chengdu": {"LP-7": 1}}, "nobody else loses anything"
    assert Balance.objects.get(warehouse_id=places["chengdu"]).on_hand == 18
    assert (last(order)["why"], days()) == ("allocated_short", {("chengdu", TODAY): 2, ("foshan", TODAY): 1})
    assert not differences()


def test_a_short_pick_that_is_found_nowhere_waits(places: dict[str, UUID]) -> None:
    receive_stock(goods=[Goods(places["chengdu"], "CH-1", 2)], by=SONG, at=TEN)
    order = seen(bought("赵先生", Item("CH-1", 2, 12_900), recipient=IN_CHENGDU))
    anew = reallocate(order_id=order.id, short={"CH-1": 1}, place=places["chengdu"], by=SONG, at=TEN)
    assert (dict(anew.sent_from), anew.waiting, anew.order.fulfilment) == ({}, {"CH-1": 1}, "backordered")
    assert (kept(order), days()) == ({"chengdu": {"CH-1": 1}}, {})
    assert not differences()


def test_by_hand_from_another_place_with_why(places: dict[str, UUID]) -> None:
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    send_from(order_id=order.id, place_id=places["hangzhou"], why="busy", by=SONG, at=TEN)
    assert (kept(order), days()) == ({"hangzhou": {"LP-7": 1}}, {("hangzhou", TODAY): 1})
    assert (last(order)["why"], told(order)[-1]) == ("allocated_busy", "orders.OrderAllocated")
    with pytest.raises(WhyMoved):
        send_from(order_id=order.id, place_id=places["foshan"], why="rules", by=SONG, at=TEN)
    correct_stock(warehouse_id=places["foshan"], sku="LP-7", difference=-20, reason="lost", by=SONG, at=TEN)
    with pytest.raises(PlaceUnable, match=r"LP-7 \(0/1\)"):
        send_from(order_id=order.id, place_id=places["foshan"], why="near", by=SONG, at=TEN)
    Order.objects.filter(id=order.id).update(fulfilment="picking")
    with pytest.raises(AlreadyOnItsWay):
        send_from(order_id=order.id, place_id=places["chengdu"], why="near", by=SONG, at=TEN)
    assert not differences()


def test_a_full_place_is_not_chosen_by_hand_either(places: dict[str, UUID]) -> None:
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    able("hangzhou", daily_capacity=1)
    for ahead in range(7):
        PlaceDay.objects.create(place_id=places["hangzhou"], date=TODAY + timedelta(days=ahead), parcels=1)
    with pytest.raises(PlaceUnable):
        send_from(order_id=order.id, place_id=places["hangzhou"], why="near", by=SONG, at=TEN)
    assert kept(order) == {"chengdu": {"LP-7": 1}}


def test_an_order_short_of_something_sends_what_is_there_and_is_put_together_again(places: dict[str, UUID]) -> None:
    receive_stock(goods=[Goods(places["hangzhou"], "CH-1", 1)], by=SONG, at=TEN)
    order = seen(bought("赵先生", LAMP, Item("CH-1", 3, 12_900), recipient=IN_CHENGDU))
    assert set(holding(order)) == {"out_of_stock"}
    order = split_order(order_id=order.id, by=SONG, at=TEN)
    assert (order.commercial, order.fulfilment, order.is_split) == ("approved", "backordered", True)
    assert kept(order) == {"hangzhou": {"CH-1": 1, "LP-7": 1}}, "one parcel ahead, not two"
    assert days() == {("hangzhou", TODAY): 1}
    assert (last(order, "orders.OrderSplit")["ready"], last(order, "orders.OrderSplit")["waiting"]) == (2, 2)
    with pytest.raises(NothingAhead):
        split_order(order_id=order.id, by=SONG, at=TEN)
    order = merge_order(order_id=order.id, by=SONG, at=TEN)
    assert (order.is_split, order.fulfilment, order.packing_date, days()) == (False, "backordered", None, {})
    receive_stock(goods=[Goods(places["hangzhou"], "CH-1", 2)], by=SONG, at=TEN)
    dispatch.drain()
    allocate_short(now=lambda: TEN)
    order.refresh_from_db()
    assert (order.fulfilment, order.packing_date, days()) == ("reserved", TODAY, {("hangzhou", TODAY): 1})
    with pytest.raises(NotInParts):
        merge_order(order_id=order.id, by=SONG, at=TEN)
    assert not differences()


def test_one_that_waits_is_split_and_the_rest_follows_from_elsewhere(places: dict[str, UUID]) -> None:
    receive_stock(goods=[Goods(places["hangzhou"], "CH-1", 1)], by=SONG, at=TEN)
    order = seen(bought("赵先生", Item("CH-1", 2, 12_900)))
    order = release_hold(hold_id=Hold.objects.get(order=order).id, outcome="right", by=SONG, at=TEN)
    assert (order.fulfilment, order.is_split, days()) == ("backordered", False, {})
    split_order(order_id=order.id, by=SONG, at=TEN)
    ship(purpose=purpose_of(order.id), goods=[Goods(places["hangzhou"], "CH-1", 1)], by=SONG, at=TEN)
    with pytest.raises(AlreadyOnItsWay):
        merge_order(order_id=order.id, by=SONG, at=TEN)
    receive_stock(goods=[Goods(places["foshan"], "CH-1", 5)], by=SONG, at=TEN)
    dispatch.drain()
    allocate_short(now=lambda: TEN)
    order.refresh_from_db()
    assert (kept(order), order.fulfilment) == ({"foshan": {"CH-1": 1}}, "reserved")
    assert days() == {("hangzhou", TODAY): 1, ("foshan", TODAY): 1}, "one parcel left, another leaves"
    assert not differences()


def test_nothing_is_split_that_is_all_there_or_held_for_something_else() -> None:
    whole = seen(bought("赵先生", LAMP))
    with pytest.raises(NothingAhead):
        split_order(order_id=whole.id, by=SONG, at=TEN)
    odd = seen(bought("钱女士", LAMP, remark="不要了"))
    with pytest.raises(OrderHeld):
        split_order(order_id=odd.id, by=SONG, at=TEN)
    name_item(sku="CH-9", names={"zh-Hans": "保养"})
    none = seen(bought("孙先生", Item("CH-9", 1, 5_000)))
    assert none.fulfilment == "none", "nothing of it is kept in stock"
    for change in (
        lambda: split_order(order_id=none.id, by=SONG, at=TEN),
        lambda: reallocate(order_id=none.id, by=SONG, at=TEN),
    ):
        with pytest.raises(NothingToAllocate):
            change()
    nothing = bought("李先生", Item("CH-1", 1, 5_000))
    receive_stock(goods=[Goods(Warehouse.objects.get(code="foshan").id, "CH-1", 1)], by=SONG, at=TEN)
    other = seen(bought("周先生", Item("CH-1", 1, 5_000)))
    assert other.fulfilment == "reserved"
    assert "out_of_stock" in holding(seen(nothing))
    with pytest.raises(NothingAhead):
        split_order(order_id=nothing.id, by=SONG, at=TEN)
    nothing.refresh_from_db()
    assert (nothing.commercial, nothing.open_holds) == ("placed", 1), "and it is as it was"


def test_held_by_hand_after_its_approval_its_parcel_is_counted_no_more() -> None:
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU))
    open_hold(order_id=order.id, reason="other", due_at=TEN + timedelta(hours=1), by=SONG, at=TEN)
    order.refresh_from_db()
    assert (order.packing_date, days(), kept(order)) == (None, {}, {})


def test_a_batch_reads_once_and_still_never_sells_twice() -> None:
    """Twelve orders of seven lamps, twenty in each of three places: whatever was read before, the locks decide."""
    orders = [bought(f"w{n}", Item("LP-7", 7, 5_000)) for n in range(12)]
    for order in orders:
        review_order(order_id=order.id, at=TEN)
    assert approve_passed(now=lambda: TEN) == 12
    states = list(Order.objects.order_by("number").values_list("commercial", flat=True))
    assert states.count("approved") == 8, "20 in three places are eight times seven, split where need be"
    assert not differences()
    assert sum(Balance.objects.values_list("reserved", flat=True)) == 56


def test_events_keep_codes_and_figures_and_no_words() -> None:
    order = seen(bought("赵先生", LAMP, recipient=IN_CHENGDU, remark=""))
    said = str(last(order))
    assert not any(words in said for words in ("赵先生", "139", "人民南路"))
