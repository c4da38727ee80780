"""Holds: opened, taken, put back, released, put right, cancelled; by two at once as well."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands.correcting import Correction, correct_order
from zhoudao.rooms.orders.commands.ending import cancel_order, complete_order
from zhoudao.rooms.orders.commands.holds import open_hold, put_back, take_hold
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.commands.reviewing import approve_order
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.refusals import (
    AlreadyApproved,
    AlreadyOnItsWay,
    HoldAlreadyOpen,
    HoldNotFound,
    HoldOver,
    HoldTaken,
    HoldUnsaid,
    NothingChanged,
    OrderHeld,
    OrderRefused,
    OrderUnsound,
    OutcomeUnsaid,
)
from zhoudao.rooms.orders.sealed import recipient_of
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import BY, TEN
from zhoudao.rooms.orders.tests.reviewing import (
    LI,
    book,
    bought,
    clerk,
    holding,
    open_review,
    passed,
    seen,
    shelf,
    told,
)

pytestmark = pytest.mark.django_db(transaction=True)
LAMP = Item("LP-7", 2, 5_000, "台灯")
LATER = TEN + timedelta(hours=1)


@pytest.fixture(autouse=True)
def review() -> None:
    open_review()


def held(who: str = "王小姐", remark: str = "不要了") -> tuple[Order, Hold]:
    order = seen(bought(who, LAMP, remark=remark))
    return order, Hold.objects.get(order=order)


def test_one_takes_it_a_colleague_does_not_and_put_back_it_waits_for_anybody() -> None:
    _order, hold = held()
    one, other = clerk("one"), clerk("other")
    for _ in range(2):
        assert take_hold(hold_id=hold.id, owner_id=one.id, by=BY, at=TEN).stage == "working"
    with pytest.raises(HoldTaken):
        take_hold(hold_id=hold.id, owner_id=other.id, by=BY, at=TEN)
    assert put_back(hold_id=hold.id, by=BY, at=TEN).stage == "pending"
    assert take_hold(hold_id=hold.id, owner_id=other.id, by=BY, at=TEN).owner_id == other.id
    with pytest.raises(HoldNotFound):
        take_hold(hold_id=uuid4(), owner_id=one.id, by=BY, at=TEN)


def test_released_with_what_was_found_the_last_one_lets_the_order_go_on() -> None:
    shelf("LP-7", 5)
    order, hold = held()
    extra = open_hold(order_id=order.id, reason="other", due_at=LATER, by=BY, at=TEN)
    with pytest.raises(OutcomeUnsaid):
        release_hold(hold_id=hold.id, outcome="", by=BY, at=TEN)
    assert release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=LATER).commercial == "placed"
    assert book("LP-7") == (5, 0)
    assert release_hold(hold_id=extra.id, outcome="right", by=BY, at=LATER).commercial == "approved"
    assert book("LP-7") == (5, 2)
    hold.refresh_from_db()
    assert (hold.stage, hold.outcome, hold.ending, hold.released_by) == ("done", "wrong", "released", "token:shop")
    with pytest.raises(HoldOver):
        release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=LATER)


def test_whoever_releases_what_is_short_lets_the_customer_wait_for_it() -> None:
    shelf("LP-7", 1)
    order = seen(bought("who", LAMP))
    hold = holding(order)["out_of_stock"]
    assert release_hold(hold_id=hold.id, outcome="right", by=BY, at=TEN).fulfilment == "backordered"
    assert book("LP-7") == (1, 1)


def test_held_by_hand_after_approval_it_is_approved_no_more_and_its_goods_are_free() -> None:
    shelf("LP-7", 5)
    order = seen(bought("who", LAMP))
    assert book("LP-7") == (5, 2)
    with pytest.raises(HoldUnsaid):
        open_hold(order_id=order.id, reason="x", due_at=LATER, by=BY, at=TEN)
    with pytest.raises(HoldUnsaid):
        open_hold(order_id=order.id, reason="other", due_at=TEN - timedelta(1), by=BY, at=TEN)
    hold = open_hold(order_id=order.id, reason="refund_requested", due_at=LATER, by=BY, at=TEN)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, order.approved_at, book("LP-7")) == ("placed", "none", None, (5, 0))
    assert told(order)[-2:] == ["orders.ApprovalWithdrawn", "orders.HoldOpened"]
    with pytest.raises(HoldAlreadyOpen):
        open_hold(order_id=order.id, reason="refund_requested", due_at=LATER, by=BY, at=TEN)
    with pytest.raises(OrderHeld):
        complete_order(order_id=order.id, by=BY, at=TEN)
    release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=LATER)
    assert book("LP-7") == (5, 2)


@pytest.mark.parametrize("stage", ["released", "picking", "packed"])
def test_what_is_being_picked_or_packed_can_be_held_until_it_has_left(stage: str) -> None:
    order = passed("who", LAMP)
    Order.objects.filter(id=order.id).update(fulfilment=stage)
    open_hold(order_id=order.id, reason="other", due_at=LATER, by=BY, at=TEN)
    order.refresh_from_db()
    assert (order.commercial, order.fulfilment, order.open_holds) == ("placed", "none", 1)
    Order.objects.filter(id=order.id).update(fulfilment="shipped", commercial="approved", open_holds=0)
    with pytest.raises(AlreadyOnItsWay):
        open_hold(order_id=order.id, reason="remark", due_at=LATER, by=BY, at=TEN)


def test_cancelled_all_its_holds_end_and_its_goods_are_free() -> None:
    shelf("LP-7", 5)
    order, hold = held()
    cancel_order(order_id=order.id, reason="customer", outcome="right", by=BY, at=LATER)
    hold.refresh_from_db()
    assert (hold.stage, hold.ending, hold.outcome) == ("done", "cancelled", "right")
    other = seen(bought("other", LAMP))
    assert book("LP-7") == (5, 2)
    assert cancel_order(order_id=other.id, reason="customer", by=BY, at=LATER).fulfilment == "none"
    assert book("LP-7") == (5, 0)


def test_completed_what_was_kept_for_it_has_left_and_what_it_waited_for_is_free() -> None:
    shelf("LP-7", 5)
    order = seen(bought("who", LAMP))
    done = complete_order(order_id=order.id, by=BY, at=LATER)
    assert (done.fulfilment, done.delivered_at, book("LP-7")) == ("delivered", LATER, (3, 0))
    short = seen(bought("other", Item("LP-7", 4, 5_000)))
    release_hold(hold_id=holding(short)["out_of_stock"].id, outcome="right", by=BY, at=LATER)
    assert book("LP-7") == (3, 3)
    complete_order(order_id=short.id, by=BY, at=LATER)
    assert book("LP-7") == (0, 0)
    shelf("LP-7", 9)
    assert book("LP-7") == (9, 0), "nobody waits any more"


def test_the_address_put_right_ends_its_hold_and_says_only_which_fields() -> None:
    wrong = Recipient("李先生", "139", "文三路 259 号 2 幢 601", "江苏省", "杭州市", "西湖区")
    order = seen(bought("who", LAMP, recipient=wrong))
    assert set(holding(order)) == {"incomplete", "undeliverable"}
    first = correct_order(
        order_id=order.id, correction=Correction(recipient=Recipient(**{**wrong.__dict__, "phone": "13912345678"})),
        by=BY, at=LATER,
    )  # fmt: skip
    assert set(holding(first)) == {"undeliverable"}
    last = correct_order(order_id=order.id, correction=Correction(recipient=LI), by=BY, at=LATER)
    assert (last.commercial, last.open_holds, last.province) == ("approved", 0, "浙江省")
    assert recipient_of(last) == LI
    facts = Event.objects.filter(type="orders.OrderCorrected", primary_id=order.id).order_by("seq")
    assert [fact.attributes["fields"] for fact in facts] == [["phone"], ["region"]]
    assert "浙江" not in str([fact.attributes for fact in facts])
    ends = set(Hold.objects.filter(order=order).values_list("ending", "outcome"))
    assert ends == {("fixed", "right")}
    with pytest.raises(AlreadyApproved):
        correct_order(order_id=order.id, correction=Correction(recipient=wrong), by=BY, at=LATER)


def test_price_and_quantity_put_right_add_up_to_the_cent_and_are_told() -> None:
    for n in range(6):
        passed(f"b{n}", Item("LP-7", 1, 5_000), at=TEN - timedelta(days=n + 2))
    order = seen(
        bought(
            "who", Item("LP-7", 2, 15_000), Item("X", 1, 700), discount_minor=333, shipping_minor=1_001, tax_minor=999
        )
    )
    assert set(holding(order)) == {"abnormal_amount"}
    fixed = correct_order(order_id=order.id, correction=Correction(lines={1: (3, 5_000)}), by=BY, at=LATER)
    assert holding(fixed) == {}
    assert (fixed.goods_minor, fixed.total_minor, fixed.commercial) == (15_700, 16_368, "approved")
    for name, whole in (("discount", 333), ("shipping", 1_001), ("tax", fixed.tax_minor)):
        assert sum(fixed.lines.values_list(f"{name}_minor", flat=True)) == whole
    fact = Event.objects.get(type="orders.OrderCorrected").attributes
    assert fact["lines"] == [[1, "quantity", 2, 3], [1, "price", 15_000, 5_000]]
    assert (fact["before_minor"], fact["after_minor"]) == (31_368, 16_368)


@pytest.mark.parametrize("lines", [{1: (0, 5_000)}, {1: (-1, 5_000)}, {1: (10**9, 5_000)}, {1: (1, 0)}, {9: (1, 1)}])
def test_what_no_order_may_be_is_not_corrected_to_and_nothing_is_half_done(lines: dict[int, tuple[int, int]]) -> None:
    order, _hold = held()
    before = (order.goods_minor, list(order.lines.values_list("quantity", "price_minor")))
    with pytest.raises(OrderUnsound):
        correct_order(order_id=order.id, correction=Correction(LI, lines), by=BY, at=LATER)
    order.refresh_from_db()
    assert (order.goods_minor, list(order.lines.values_list("quantity", "price_minor"))) == before
    assert recipient_of(order) != LI
    with pytest.raises(NothingChanged):
        correct_order(order_id=order.id, correction=Correction(recipient_of(order), {1: (2, 5_000)}), by=BY, at=LATER)


def test_what_a_person_let_go_is_not_held_again_for_the_same() -> None:
    silent = Recipient(**{**LI.__dict__, "phone": ""})
    order = seen(bought("who", LAMP, remark="请改寄到公司", recipient=silent))
    release_hold(hold_id=holding(order)["remark"].id, outcome="wrong", by=BY, at=LATER)
    fixed = correct_order(order_id=order.id, correction=Correction(recipient=LI), by=BY, at=LATER)
    assert fixed.commercial == "approved"


def at_once(*work: Callable[[], object]) -> list[str]:
    """What each was refused, all begun at the same moment on connections of their own."""
    said: list[str] = []
    gate = threading.Barrier(len(work))

    def run(each: Callable[[], object]) -> None:
        try:
            gate.wait()
            each()
            said.append("")
        except OrderRefused as refusal:
            said.append(type(refusal).__name__)
        except BaseException as trouble:
            said.append(repr(trouble))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def test_two_who_take_it_at_once_are_one() -> None:
    _order, hold = held()
    people = [clerk(f"p{n}").id for n in range(6)]
    refused = at_once(*[partial(take_hold, hold_id=hold.id, owner_id=who, by=BY, at=TEN) for who in people])
    assert refused == ["", *["HoldTaken"] * 5]


def test_released_by_many_at_once_it_is_approved_and_reserved_once() -> None:
    shelf("LP-7", 50)
    order, hold = held()
    refused = at_once(*[lambda: release_hold(hold_id=hold.id, outcome="wrong", by=BY, at=LATER)] * 6)
    assert refused == ["", *["HoldOver"] * 5]
    assert (told(order).count("orders.OrderApproved"), book("LP-7")) == (1, (50, 2))


def test_cancelled_released_held_and_put_right_at_once_nothing_is_half_done() -> None:
    for turn in range(6):
        shelf(f"sku-{turn}", 50)
        order = seen(bought(f"who-{turn}", Item(f"sku-{turn}", 2, 5_000), remark="不要了"))
        hold = Hold.objects.get(order=order)
        said = at_once(
            partial(release_hold, hold_id=hold.id, outcome="wrong", by=BY, at=LATER),
            partial(cancel_order, order_id=order.id, reason="customer", by=BY, at=LATER),
            partial(open_hold, order_id=order.id, reason="other", due_at=LATER, by=BY, at=TEN),
            partial(correct_order, order_id=order.id, correction=Correction(LI), by=BY, at=LATER),
            partial(approve_order, order_id=order.id, at=LATER),
        )
        assert not [one for one in said if "(" in one], said
        order.refresh_from_db()
        still = Hold.objects.filter(order=order).exclude(stage="done").count()
        assert (order.commercial, order.open_holds, still) == ("cancelled", 0, 0)
        assert book(f"sku-{turn}") == (50, 0)
