"""The review: clean orders go through untouched, odd ones wait for a person with the reason and its figures."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands import approving
from zhoudao.rooms.orders.commands.approving import approve_passed
from zhoudao.rooms.orders.commands.placing import place_order
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order, review_orders
from zhoudao.rooms.orders.models import Hold, ListPrice, Order
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import BY, TEN, submission
from zhoudao.rooms.orders.tests.reviewing import LI, book, bought, holding, open_review, passed, seen, shelf, told
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.tests.shelf import SONG

pytestmark = pytest.mark.django_db(transaction=True)
LAMP = Item("LP-7", 1, 5_000, "台灯")


@pytest.fixture(autouse=True)
def review() -> None:
    open_review()


def sold(times: int = 6, price: int = 5_000, quantity: int = 1) -> None:
    for n in range(times):
        passed(f"buyer-{n}", Item("LP-7", quantity, price), at=TEN - timedelta(days=n + 2))


def test_a_clean_order_is_approved_untouched_and_its_goods_are_kept() -> None:
    shelf("LP-7", 10)
    order = bought("王小姐", Item("LP-7", 2, 5_000))
    dispatch.drain()
    assert approve_passed(now=lambda: TEN) == 1
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, order.open_holds) == ("approved", "reserved", 0)
    assert book("LP-7") == (10, 2)
    happened = ["orders.OrderPlaced", "orders.OrderReviewed", "orders.OrderApproved", "orders.OrderAllocated"]
    assert told(order) == happened
    assert approve_passed(now=lambda: TEN) == 0


def test_what_was_brought_in_from_elsewhere_is_not_reviewed() -> None:
    order = place_order(submission(recipient=Recipient()), by=BY, at=TEN, is_history=True).order
    dispatch.drain()
    order.refresh_from_db()
    assert (order.reviewed_at, order.open_holds) == (None, 0)


def test_seen_twice_is_seen_once() -> None:
    order = bought("王小姐", LAMP, recipient=Recipient())
    for _ in range(2):
        review_order(order_id=order.id, at=TEN)
    assert Hold.objects.filter(order=order).count() == 1
    assert Event.objects.filter(type="orders.OrderReviewed").count() == 1


def test_the_odd_ones_are_held_with_their_reasons_and_figures() -> None:
    sold()
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("incomplete", "phone", {"recipient": Recipient("王", "", "文三路 259 号", "浙江省", "杭州市", "西湖区")}),
        (
            "undeliverable",
            "city_not_in_province",
            {"recipient": Recipient("王", "13812345678", "文三路 259 号", "江苏省", "杭州市", "西湖区")},
        ),
        ("remark", "address", {"remark": "请改寄到公司"}),
        ("refund_requested", "remark", {"remark": "拍错了，不要了"}),
    ]
    for reason, kind, more in cases:
        order = seen(bought(f"who-{reason}", LAMP, **more))
        found = holding(order)
        assert {one: found[one].kind for one in found} == {reason: kind}
        assert order.commercial == "placed"
    dear = holding(seen(bought("dear", Item("LP-7", 1, 15_000))))["abnormal_amount"]
    assert (dear.kind, dear.evidence["usual"], dear.evidence["price"], dear.evidence["times"]) == (
        "price",
        5_000,
        15_000,
        3.0,
    )
    assert dear.score == 3.0
    assert dear.due_at == TEN + timedelta(minutes=120)
    many = holding(seen(bought("many", Item("LP-7", 40, 5_000))))
    assert many["quantity"].evidence["usual"] == 1
    assert seen(bought("few", Item("LP-7", 2, 4_500), remark="谢谢，周末送")).commercial == "approved"


def test_a_price_far_from_the_list_is_held_though_nobody_bought_it_before() -> None:
    ListPrice.objects.create(sku="NEW-1", currency="CNY", price_minor=9_900, changed_at=TEN)
    found = holding(seen(bought("new", Item("NEW-1", 1, 3_300))))["price_mismatch"]
    assert (found.kind, found.evidence["usual"], found.score) == ("below", 9_900, 3.0)
    assert seen(bought("ok", Item("NEW-1", 1, 8_900))).commercial == "approved"


def test_the_same_again_within_a_day_is_held_and_another_day_is_not() -> None:
    first = seen(bought("王小姐", LAMP, at=TEN))
    again = holding(seen(bought("王小姐", LAMP, at=TEN + timedelta(minutes=9))))["duplicate"]
    assert (again.kind, again.evidence["order"], again.evidence["minutes"]) == ("same", first.number, 9)
    assert seen(bought("王小姐", LAMP, at=TEN + timedelta(days=3))).commercial == "approved"


def test_the_same_telephone_is_the_same_person_and_another_address_is_another_gift() -> None:
    seen(bought("one", LAMP, recipient=LI))
    assert "duplicate" in holding(seen(bought("two", LAMP, recipient=LI)))
    elsewhere = Recipient("李先生", "13912345678", "建国路 93 号 8 号楼", "北京市", "北京市", "朝阳区")
    assert holding(seen(bought("three", LAMP, recipient=elsewhere))) == {}


def test_short_goods_hold_it_and_it_goes_on_by_itself_when_they_come() -> None:
    place = shelf("LP-7", 1)
    order = seen(bought("王小姐", Item("LP-7", 3, 5_000)))
    found = holding(order)["out_of_stock"]
    assert (found.evidence["wanted"], found.evidence["available"], book("LP-7")) == (3, 1, (1, 0))
    dispatch.drain()
    receive_stock(goods=[Goods(place, "LP-7", 5)], by=SONG, at=TEN)
    dispatch.drain()
    approve_passed(now=lambda: TEN)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, book("LP-7")) == ("approved", "reserved", (6, 3))
    assert Hold.objects.get(order=order).outcome == "right"


def test_who_was_faster_leaves_the_other_held_never_below_zero() -> None:
    shelf("LP-7", 1)
    one, other = bought("one", LAMP), bought("other", LAMP)
    for order in (one, other):
        review_order(order_id=order.id, at=TEN)
    for order in (one, other):
        approve_order(order_id=order.id, at=TEN)
    assert book("LP-7") == (1, 1)
    assert [holding(order).keys() for order in (one, other)] == [set(), {"out_of_stock"}]


def test_what_the_rules_say_nothing_of_waits_for_a_person() -> None:
    live = DecisionVersion.objects.get(key="orders.findings", is_live=True)
    content = live.content | {"rules": [{**live.content["rules"][0], "hold": "score +"}]}
    DecisionVersion.objects.filter(id=live.id).update(is_live=False)
    DecisionVersion.objects.create(
        key=live.key, version=2, content=content, inputs=live.inputs, is_live=True, published_at=TEN, published_by="x"
    )
    assert set(holding(seen(bought("who", LAMP, remark="谢谢")))) == {"remark"}


def test_the_database_keeps_a_held_order_from_being_approved_or_reserved() -> None:
    order = seen(bought("who", LAMP, remark="不要了"))
    for wrong in ({"commercial": "approved"}, {"fulfilment": "reserved"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Order.objects.filter(id=order.id).update(**wrong)
    hold = Hold.objects.get(order=order)
    wrongs: list[dict[str, Any]] = [
        {"stage": "done"},
        {"stage": "working"},
        {"outcome": "right"},
        {"due_at": TEN - timedelta(1)},
    ]
    for each in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            Hold.objects.filter(id=hold.id).update(**each)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hold.objects.create(order=order, reason=hold.reason, opened_at=TEN, opened_by="x", due_at=TEN)


def test_events_hold_figures_and_no_words() -> None:
    seen(bought("who", LAMP, remark="王小姐说不要了 13912345678", recipient=LI))
    for event in Event.objects.filter(type__in=["orders.OrderReviewed", "orders.HoldOpened"]):
        said = str(event.attributes)
        assert not any(words in said for words in ("王小姐", "139", "文三路", "不要")), said


def test_a_clean_order_costs_as_much_however_much_was_sold(django_assert_max_num_queries: Any) -> None:
    shelf("LP-7", 50)
    sold(30)
    order = bought("王小姐", LAMP)
    with django_assert_max_num_queries(16):
        review_order(order_id=order.id, at=TEN)
    with django_assert_max_num_queries(22):  # of which three are a process's first
        assert approve_order(order_id=order.id, at=TEN).commercial == "approved"


def test_one_that_cannot_be_approved_keeps_nobody_behind_it_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [bought(f"who-{n}", LAMP) for n in range(3)]
    for order in orders:
        review_order(order_id=order.id, at=TEN)

    def breaks(*, order_id: UUID, **more: Any) -> Order:
        if order_id == orders[0].id:
            raise RuntimeError("broken")
        return approve_order(order_id=order_id, **more)

    def breaks_together(*_: Any, **__: Any) -> set[UUID]:
        raise RuntimeError("broken")

    monkeypatch.setattr(approving, "approve_order", breaks)
    monkeypatch.setattr(approving, "approve_together", breaks_together)
    assert approve_passed(now=lambda: TEN) == 3
    through = Order.objects.filter(commercial="approved").values_list("id", flat=True)
    assert set(through) == {one.id for one in orders[1:]}


def test_whoever_was_killed_before_approving_is_followed_by_another() -> None:
    order = bought("who", LAMP)
    dispatch.drain()
    waiting = ProcrastinateJob.objects.filter(task_name="orders.approve_passed", status="todo")
    assert waiting.count() == 1, "one job for all that passed"
    assert approve_passed(now=lambda: TEN) == 1
    order.refresh_from_db()
    assert order.commercial == "approved"


def test_many_at_once_are_judged_as_one_by_one() -> None:
    """The same forty orders, of few people who order twice, at odd prices: together, and each alone."""
    sold()
    ListPrice.objects.create(sku="CH-1", currency="CNY", price_minor=12_900, changed_at=TEN)
    shelf("LP-7", 5)
    phones = ["13812345678", "13912345678", ""]
    orders = [
        bought(
            f"who-{n % 7}",
            Item("LP-7", 1 + 39 * (n % 11 == 0), 5_000 * (1 + 2 * (n % 5 == 0))),
            *([Item("CH-1", 1, 4_300 if n % 4 else 12_900)] if n % 3 == 0 else []),
            recipient=Recipient("王", phones[n % 3], f"文三路 {n % 9} 号", "浙江省", "杭州市", "西湖区"),
            remark="不要了" if n % 13 == 0 else "",
            at=TEN + timedelta(minutes=n),
        )
        for n in range(40)
    ]

    def judged() -> list[Any]:
        names = ("order__number", "reason", "kind", "score", "evidence", "priority", "due_at")
        holds = list(Hold.objects.order_by("order__number", "reason").values_list(*names))
        events = Event.objects.filter(type="orders.OrderReviewed").order_by("primary_id")
        seen_at = Order.objects.order_by("number").values_list("reviewed_at", "open_holds")
        return [holds, [(one.primary_id, one.occurred_at, one.attributes) for one in events], list(seen_at)]

    with transaction.atomic():
        for order in orders:
            review_order(order_id=order.id, at=order.placed_at)
        alone = judged()
        transaction.set_rollback(True)
    dispatch.drain()
    together = judged()
    assert len({one[1] for one in together[0]}) >= 6, "several reasons, or nothing is compared"
    assert together == alone


def test_many_at_once_cost_a_few_statements_each_none(django_assert_max_num_queries: Any) -> None:
    sold(30)
    shelf("LP-7", 100)
    orders = [bought(f"who-{n}", LAMP) for n in range(25)]
    with django_assert_max_num_queries(17):
        review_orders({order.id: TEN for order in orders})
    with django_assert_max_num_queries(30):  # a process's first included; none for each
        assert approve_passed(now=lambda: TEN) == 25
    assert Order.objects.filter(commercial="approved", fulfilment="reserved").count() == 25


STRANGE = Item("LP-7-RED-TYPO", 1, 5_000, "台灯")


def test_what_no_item_is_called_is_held_and_never_approved_in_silence() -> None:
    shelf("LP-7", 10)
    order = seen(bought("王小姐", LAMP, STRANGE))
    found = holding(order)["out_of_stock"]
    assert (found.kind, found.evidence) == ("unknown", {"sku": "LP-7-RED-TYPO", "items": 1})
    assert book("LP-7") == (10, 0)
    receive_stock(goods=[Goods(shelf("LP-7", 1), "LP-7-RED-TYPO", 1)], by=SONG, at=TEN)
    dispatch.drain()
    approve_passed(now=lambda: TEN)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, book("LP-7-RED-TYPO")) == ("approved", "reserved", (1, 1))


def test_an_item_that_got_its_hold_ended_by_other_goods_is_still_not_approved() -> None:
    shelf("LP-7", 0 + 1)
    order = seen(bought("王小姐", Item("LP-7", 9, 5_000), STRANGE))
    assert holding(order)["out_of_stock"].kind == ""  # the oddest of the reason
    receive_stock(goods=[Goods(shelf("LP-7", 1), "LP-7", 20)], by=SONG, at=TEN)
    dispatch.drain()
    approve_passed(now=lambda: TEN)
    order.refresh_from_db()
    assert (order.commercial, holding(order)["out_of_stock"].kind) == ("placed", "unknown")


def test_a_service_is_an_item_that_lies_nowhere_and_passes() -> None:
    shelf("LP-7", 10)
    name_item(sku="INSTALL", names={"zh-Hans": "上门安装"})
    order = seen(bought("王小姐", LAMP, Item("INSTALL", 1, 8_000)))
    assert (order.commercial, order.fulfilment) == ("approved", "reserved")


def test_where_no_stock_is_kept_every_order_passes() -> None:
    assert seen(bought("王小姐", STRANGE)).commercial == "approved"


def test_released_by_a_person_it_goes_on_and_its_known_goods_are_kept() -> None:
    shelf("LP-7", 10)
    order = seen(bought("王小姐", LAMP, STRANGE))
    release_hold(hold_id=holding(order)["out_of_stock"].id, outcome="wrong", by=BY, at=TEN)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, book("LP-7")) == ("approved", "reserved", (10, 1))


def test_looking_whether_items_are_known_costs_clean_orders_no_statement(
    django_assert_max_num_queries: Any,
) -> None:
    shelf("LP-7", 100)
    seen(bought("first", LAMP))
    orders = [bought(f"buyer {n}", LAMP) for n in range(20)]
    with django_assert_max_num_queries(20):
        assert len(review_orders({order.id: TEN for order in orders})) == 20
    with CaptureQueriesContext(connection) as asked:
        approve_passed(now=lambda: TEN)
    assert not [one for one in asked if 'FROM "stock_item"' in one["sql"] and "IN (" in one["sql"]]
    assert Order.objects.filter(commercial="approved").count() == 21
