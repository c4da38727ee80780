"""Orders of one buyer to one place become one, and each its own again: nothing is lost, doubled or free meanwhile."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.customers.commands.joining import merge_customers
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.redirecting import redirect_order
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.commands.splitting import split_order
from zhoudao.rooms.orders.merging import could_join, others_of, together
from zhoudao.rooms.orders.models import Hold, Order, OrderLine, PlaceDay
from zhoudao.rooms.orders.refusals import (
    AlreadyOnItsWay,
    GoesWithAnother,
    NoneNamed,
    NothingTogether,
    NotOneParcel,
    NotPaidAlike,
    NotReadyTogether,
    OrderNotFound,
    OrderOver,
)
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import BY, TEN, submission
from zhoudao.rooms.orders.tests.pairs import CHAIR, LAMPS, approved, kept, lines_of, merged, pair, sums
from zhoudao.rooms.orders.tests.reviewing import book, bought, buyer, holding, open_review, shelf, told
from zhoudao.rooms.stock.models import Movement
from zhoudao.rooms.stock.tests.shelf import differences

pytestmark = pytest.mark.django_db(transaction=True)
LATER = TEN + timedelta(hours=2)


@pytest.fixture(autouse=True)
def place() -> UUID:
    """One warehouse with lamps and chairs."""
    open_review()
    shelf("LP-7", 20)
    return shelf("CH-1", 20)


def stored(order: Order) -> Order:
    return Order.objects.get(id=order.id)


def apart(order: Order) -> Order:
    return separate_orders(order_id=order.id, by=BY, at=LATER)


def parcels() -> int:
    return sum(PlaceDay.objects.values_list("parcels", flat=True))


def test_one_carries_all_lines_and_their_money_to_the_cent_and_goes_out_once() -> None:
    first, second = pair(promised_at=TEN + timedelta(days=3))
    Order.objects.filter(id=second.id).update(promised_at=TEN + timedelta(days=2))
    before, parts = sums(first, second), [row[1:] for one in (first, second) for row in lines_of(one)]
    assert parcels() == 2
    merged(first, second)
    first, second = stored(first), stored(second)
    assert sums(first) == before
    assert ([row[1:] for row in lines_of(first)], first.line_count) == (parts, 2)
    assert [line.origin_id for line in first.lines.order_by("position")] == [None, second.id]
    assert first.promised_at == TEN + timedelta(days=2), "the earliest"
    assert (second.commercial, second.cancel_reason, second.merged_into_id) == ("cancelled", "merged", first.id)
    assert (second.total_minor, len(lines_of(second))) == (13_599, 1), "what was bought can still be read there"
    assert (kept(first), kept(second)) == ({"LP-7": (2, 0), "CH-1": (1, 0)}, {})
    assert (book("LP-7"), book("CH-1"), parcels()) == ((20, 2), (20, 1), 1)
    assert (first.fulfilment, second.packing_date, second.packing_places) == ("reserved", None, [])
    assert not differences()


def test_both_say_what_became_of_them_and_neither_was_cancelled() -> None:
    first, second = pair()
    merged(first, second)
    assert told(first)[-2:] == ["orders.OrdersMerged", "orders.OrderAllocated"]
    assert told(second)[-1] == "orders.OrderWentInto"
    assert not Event.objects.filter(type="orders.OrderCancelled").exists()
    fact = Event.objects.get(type="orders.OrdersMerged").attributes
    assert fact == {
        "number": first.number, "orders": second.number, "lines": 2, "total_minor": 24_399, "currency": "CNY",
    }  # fmt: skip


def test_the_goods_pass_from_one_to_the_other_in_one_statement_of_the_ledger() -> None:
    first, second = pair()
    before = Movement.objects.count()
    merged(first, second)
    moved = list(Movement.objects.order_by("id")[before:].values_list("kind", "reserved", "purpose_id"))
    assert moved == [("release", -1, second.id), ("reservation", 1, first.id)]


def test_asked_again_nothing_more_happens_and_the_same_submission_is_still_the_same_order() -> None:
    first, second = pair()
    merged(first, second)
    events = Event.objects.count()
    assert merged(first, second).id == first.id
    assert Event.objects.count() == events
    given = {"items": [CHAIR], "discount_minor": 101, "tax_minor": 333, "shipping_minor": 800, "payment": "captured"}
    same = submission(**given, **buyer("王小姐"), external_number=second.external_number)
    placed = place_order(same, by=BY, at=LATER)
    assert (placed.is_repeat, placed.order.id, placed.order.merged_into_id) == (True, second.id, first.id)
    assert Event.objects.count() == events


def test_a_third_joins_later_and_all_of_a_merged_order_can_join_another() -> None:
    first, second = pair()
    third = approved("王小姐", Item("LP-7", 3, 5_000, "台灯"), minutes=20)
    merged(first, second)
    before = sums(first, third)
    merged(third, first)
    assert sums(third) == before
    assert {one.merged_into_id for one in map(stored, (first, second))} == {third.id}
    origins = list(OrderLine.objects.filter(order=third).order_by("position").values_list("origin_id", flat=True))
    assert origins == [None, first.id, second.id]
    assert (kept(third), book("LP-7"), parcels()) == ({"LP-7": (5, 0), "CH-1": (1, 0)}, (20, 5), 1)
    apart(third)
    assert [stored(one).total_minor for one in (first, second, third)] == [10_800, 13_599, 15_800]
    assert [kept(one) for one in (first, second, third)] == [{"LP-7": (2, 0)}, {"CH-1": (1, 0)}, {"LP-7": (3, 0)}]
    assert (parcels(), differences()) == (3, [])


def test_each_goes_by_itself_again_with_what_is_its_own() -> None:
    first, second = pair()
    before = {one.id: (lines_of(one), stored(one).total_minor, kept(one)) for one in (first, second)}
    merged(first, second)
    apart(first)
    after = {one.id: (lines_of(one), stored(one).total_minor, kept(one)) for one in (first, second)}
    assert after == before
    second = stored(second)
    assert (second.commercial, second.merged_into_id, second.cancelled_at) == ("approved", None, None)
    assert (second.fulfilment, second.cancel_reason, parcels()) == ("reserved", "", 2)
    assert (told(first)[-2], told(second)[-2]) == ("orders.OrdersSeparated", "orders.OrderCameOutOf")
    assert not differences()
    with pytest.raises(NothingTogether):
        apart(first)
    assert merged(first, second).line_count == 2, "and together once more"


def test_what_waits_makes_all_of_it_wait_and_separated_the_first_placed_is_served_first() -> None:
    first = approved("王小姐", LAMPS)
    second = approved("王小姐", Item("LP-7", 25, 5_000), minutes=5)
    assert (second.fulfilment, kept(second)) == ("backordered", {"LP-7": (18, 7)})
    merged(first, second)
    first = stored(first)
    assert (first.fulfilment, first.packing_date, parcels()) == ("backordered", None, 0)
    assert kept(first) == {"LP-7": (20, 7)}
    shelf("LP-7", 2)
    assert (kept(first), differences()) == ({"LP-7": (22, 5)}, [])
    apart(first)
    assert (kept(first), kept(second)) == ({"LP-7": (2, 0)}, {"LP-7": (20, 5)})
    assert [stored(one).fulfilment for one in (first, second)] == ["reserved", "backordered"]
    assert (parcels(), differences()) == (1, [])


def test_from_two_places_they_are_brought_into_one_where_that_is_possible() -> None:
    first = approved("王小姐", LAMPS)
    shelf("VA-1", 5, code="west")
    second = approved("王小姐", Item("VA-1", 1, 3_000), minutes=5)
    assert parcels() == 2
    shelf("LP-7", 10, code="west")
    merged(first, second)
    first = stored(first)
    assert (len(first.packing_places), parcels(), kept(first)) == (1, 1, {"LP-7": (2, 0), "VA-1": (1, 0)})
    said = Event.objects.filter(type="orders.OrderAllocated", primary_id=first.id).latest("seq").attributes
    assert (said["sent_from"], said["why"]) == ("west", "allocated_joined")
    assert not differences()


def test_moved_by_hand_they_stay_where_they_are() -> None:
    shelf("LP-7", 10, code="west")
    shelf("CH-1", 10, code="west")
    first, second = pair()
    where = first.packing_places
    merged(first, second)
    assert stored(first).packing_places == where


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"recipient": Recipient("王小姐", "13800000001", "文三路 1 号", "浙江省", "杭州市", "西湖区")}, NotOneParcel),
        ({"payment": "pending"}, NotPaidAlike),
        ({"currency": "EUR"}, NotPaidAlike),
    ],
)
def test_what_is_not_alike_does_not_go_together(more: dict[str, Any], refusal: type[Exception]) -> None:
    first, second = approved("王小姐", LAMPS), approved("王小姐", CHAIR, minutes=5, **more)
    with pytest.raises(refusal, match=second.number):
        merged(first, second)
    assert others_of(stored(first)) == []


def test_another_customers_does_not_go_with_it_though_it_goes_to_the_same_door() -> None:
    first = approved("王小姐", LAMPS)
    at = buyer("王小姐")["recipient"]
    second = approved("赵先生", CHAIR, recipient=at, minutes=5)
    with pytest.raises(NotOneParcel):
        merged(first, second)
    merge_customers(survivor_id=first.customer_id, loser_id=second.customer_id, by=BY, at=TEN)
    assert [one.id for one in others_of(Order.objects.select_related("customer").get(id=first.id))] == [second.id]
    assert merged(first, second).line_count == 2, "they are one person"


def test_written_with_other_spaces_and_letters_it_is_the_same_door() -> None:
    first = approved("王小姐", LAMPS)
    who = buyer("王小姐")["recipient"]
    spaced = Recipient(who.name, who.phone, who.address.replace(" ", "") + " ", who.province, who.city, who.district)
    second = approved("王小姐", CHAIR, minutes=5, recipient=spaced)
    assert [one.id for one in others_of(first)] == [second.id]


def test_what_is_held_picked_gone_or_over_goes_with_nobody() -> None:
    first, second = pair()
    for change in (
        {"fulfilment": "released"},
        {"fulfilment": "picking"},
        {"fulfilment": "shipped"},
        {"is_split": True},
        {"payment": "refunded"},
        {"commercial": "placed"},
        {"commercial": "completed"},
    ):
        was = Order.objects.filter(id=second.id).values(*change).get()
        Order.objects.filter(id=second.id).update(**change)
        with pytest.raises(NotReadyTogether, match=second.number):
            merged(first, second)
        assert others_of(first) == []
        Order.objects.filter(id=second.id).update(**was)
    open_hold(order_id=second.id, reason="remark", due_at=LATER, by=BY, at=TEN)
    with pytest.raises(NotReadyTogether):
        merged(first, second)
    assert sums(first, second)["total_minor"] == 24_399


def test_nobody_unknown_nobody_twice_and_not_itself() -> None:
    first, second = pair()
    third = approved("王小姐", Item("LP-7", 3, 5_000, "台灯"), minutes=20)
    for others in ([], [first]):
        with pytest.raises(NoneNamed):
            merged(first, *others)
    with pytest.raises(OrderNotFound):
        merged(first, Order(id=UUID(int=1)))
    merged(first, second)
    with pytest.raises(GoesWithAnother, match=first.number):
        merged(third, second)
    with pytest.raises(GoesWithAnother):
        merged(second, third)
    with pytest.raises(GoesWithAnother):
        cancel_order(order_id=second.id, reason="customer", by=BY, at=LATER)


def test_cancelled_it_is_cancelled_as_a_whole_and_everything_is_free() -> None:
    first, second = pair()
    merged(first, second)
    cancel_order(order_id=first.id, reason="customer", by=BY, at=LATER)
    assert (book("LP-7"), book("CH-1"), parcels(), differences()) == ((20, 0), (20, 0), 0, [])
    with pytest.raises(OrderOver):
        apart(first)


def test_held_for_a_person_the_hold_holds_each_that_comes_out() -> None:
    first, second = pair()
    merged(first, second)
    open_hold(order_id=first.id, reason="refund_requested", due_at=LATER, by=BY, at=TEN)
    assert (book("LP-7"), book("CH-1")) == ((20, 0), (20, 0))
    apart(first)
    assert [list(holding(one)) for one in (first, second)] == [["refund_requested"], ["refund_requested"]]
    assert [stored(one).commercial for one in (first, second)] == ["placed", "placed"]
    for hold in Hold.objects.exclude(stage="done"):
        release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=LATER)
    assert [kept(one) for one in (first, second)] == [{"LP-7": (2, 0)}, {"CH-1": (1, 0)}]
    assert approve_passed(now=lambda: LATER) == 0


def test_sent_elsewhere_meanwhile_each_goes_there() -> None:
    first, second = pair()
    merged(first, second)
    there = Recipient("王小姐", "13812348000", "延安路 9 号", "浙江省", "杭州市", "上城区")
    redirect_order(order_id=first.id, recipient=there, by=BY, at=TEN)
    apart(first)
    assert recipient_of(stored(second)).address == "延安路 9 号"
    assert bytes(stored(second).phone_index or b"") == bytes(stored(first).phone_index or b"")


def test_what_is_picked_or_in_parts_is_not_taken_apart() -> None:
    first, second = pair()
    merged(first, second)
    Order.objects.filter(id=first.id).update(fulfilment="picking")
    with pytest.raises(AlreadyOnItsWay):
        apart(first)
    Order.objects.filter(id=first.id).update(fulfilment="backordered", is_split=True)
    with pytest.raises(NotReadyTogether):
        apart(second)


def test_the_merged_one_is_sent_in_parts_as_any_other() -> None:
    first = approved("王小姐", LAMPS)
    second = approved("王小姐", Item("CH-1", 25, 5_000), minutes=5)
    merged(first, second)
    split_order(order_id=first.id, by=BY, at=LATER)
    assert (stored(first).is_split, kept(first)) == (True, {"LP-7": (2, 0), "CH-1": (20, 5)})
    assert not differences()


def test_the_preview_says_lines_sums_promise_and_where_the_goods_stand() -> None:
    first, second = pair(promised_at=TEN + timedelta(days=3))
    found = together(first, others_of(first))
    assert [(one.number, line.sku) for one, line in found.lines] == [(first.number, "LP-7"), (second.number, "CH-1")]
    assert (found.sums["total_minor"], found.sums["shipping_minor"]) == (24_399, 1_600)
    assert found.promised_at == TEN + timedelta(days=3)
    assert [(one.order, one.sku, one.held) for one in found.lying] == [
        (second.number, "CH-1", 1),
        (first.number, "LP-7", 2),
    ]
    assert (found.places, found.waiting) == (1, 0)
    merged(first, second)
    after = sums(first)
    assert found.sums == after, "what was shown is what became of it"


def test_a_list_says_how_many_could_go_with_each_in_one_statement(django_assert_num_queries: Any) -> None:
    first, second = pair()
    alone = approved("赵先生", LAMPS)
    with django_assert_num_queries(1):
        assert could_join([first, second, alone]) == {first.id: 1, second.id: 1}
    merged(first, second)
    assert could_join([stored(first), alone]) == {}
    gone = stored(second)
    with django_assert_num_queries(0):
        assert could_join([gone]) == {}


def test_looking_for_what_goes_with_it_asks_once_and_of_a_held_one_nothing(django_assert_num_queries: Any) -> None:
    first, second = pair()
    order = Order.objects.select_related("customer").get(id=first.id)
    assert isinstance(order.customer, Customer)
    with django_assert_num_queries(1):
        assert [one.id for one in others_of(order)] == [second.id]
    Order.objects.filter(id=first.id).update(fulfilment="picking")
    order.refresh_from_db(fields=["fulfilment"])
    with django_assert_num_queries(0):
        assert others_of(order) == []


def test_goods_that_stock_does_not_know_go_together_too() -> None:
    first = Order.objects.get(id=bought("王小姐", Item("ODD-1", 1, 900), payment="captured").id)
    second = Order.objects.get(id=bought("王小姐", Item("ODD-2", 1, 700), payment="captured").id)
    Order.objects.all().update(commercial="approved", approved_at=TEN, reviewed_at=TEN)
    merged(first, second)
    assert (stored(first).fulfilment, stored(first).total_minor) == ("none", sums(first)["total_minor"])
    apart(first)
    assert [stored(one).goods_minor for one in (first, second)] == [900, 700]
    known = approved("王小姐", LAMPS, minutes=30, shipping_minor=0)
    Order.objects.filter(id=first.id).update(currency="CNY")
    merged(first, known)
    assert (kept(first), stored(first).fulfilment, parcels()) == ({"LP-7": (2, 0)}, "reserved", 1)
    apart(first)
    assert (kept(first), kept(known), parcels()) == ({}, {"LP-7": (2, 0)}, 1)
    assert (stored(first).fulfilment, stored(first).packing_places) == ("none", [])
    assert not differences()
