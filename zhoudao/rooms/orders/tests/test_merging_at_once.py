"""Sixteen clerks at once, and everything that may come between: one effect, nothing lost, nobody waits for ever."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.commands.merging import merge_orders
from zhoudao.rooms.orders.commands.reallocating import reallocate
from zhoudao.rooms.orders.commands.redirecting import redirect_order
from zhoudao.rooms.orders.commands.separating import separate_orders
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.orders.refusals import OrderRefused
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import BY, TEN
from zhoudao.rooms.orders.tests.pairs import AMOUNTS, approved, kept, merged, pair
from zhoudao.rooms.orders.tests.reviewing import book, open_review, shelf
from zhoudao.rooms.stock.tests.shelf import differences
from zhoudao.rooms.stock.tests.test_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Work = Callable[[], object]


@pytest.fixture(autouse=True)
def place() -> UUID:
    open_review()
    shelf("LP-7", 30)
    return shelf("CH-1", 30)


def tries(work: Work) -> Work:
    """What comes too late is refused by name, and by nothing else."""

    def run() -> None:
        with suppress(OrderRefused):
            work()

    return run


def merges(first: Order, *others: Order) -> Work:
    return tries(lambda: merge_orders(order_id=first.id, others=[one.id for one in others], by=BY, at=TEN))


def parts(order: Order) -> Work:
    return tries(lambda: separate_orders(order_id=order.id, by=BY, at=TEN))


def alive(*orders: Order) -> list[Order]:
    return list(Order.objects.filter(id__in=[one.id for one in orders], merged_into=None))


def whole(*orders: Order) -> dict[str, int]:
    """What those that still stand come to; those that went with them are in them."""
    return {name: sum(getattr(one, name) for one in alive(*orders)) for name in AMOUNTS}


def test_sixteen_merge_the_same_two_and_it_happens_once() -> None:
    first, second = pair()
    before = whole(first, second)
    at_once(*(merges(first, second) for _ in range(16)))
    assert [one.id for one in alive(first, second)] == [first.id]
    assert whole(first, second) == before
    assert Event.objects.filter(type="orders.OrdersMerged").count() == 1
    assert (kept(first), OrderLine.objects.filter(order=first).count()) == ({"LP-7": (2, 0), "CH-1": (1, 0)}, 2)
    assert differences() == []


def test_each_into_the_other_and_overlapping_ones_end_as_one_sum() -> None:
    orders = [approved("王小姐", Item("LP-7", n, 5_000), minutes=n) for n in (1, 2, 3, 4)]
    before = whole(*orders)
    jobs = [merges(orders[n % 4], orders[(n + 1) % 4], orders[(n + 2 + n // 4) % 4]) for n in range(16)]
    at_once(*jobs)
    assert whole(*orders) == before
    assert sum(kept(one).get("LP-7", (0, 0))[0] for one in alive(*orders)) == 10
    gone = [one for one in orders if one.id not in {other.id for other in alive(*orders)}]
    assert [kept(one) for one in gone] == [{} for _ in gone]
    assert len(alive(*orders)) < 4, "somebody was first"
    roots = {one.id for one in alive(*orders)}
    assert {one.merged_into_id for one in Order.objects.exclude(merged_into=None)} <= roots, (
        "each leads to one that stands"
    )
    assert (book("LP-7"), differences()) == ((30, 10), [])


@pytest.mark.parametrize("turn", range(3))
def test_whatever_comes_between_units_and_money_stay(turn: int) -> None:
    first, second = pair()
    third = approved("王小姐", Item("LP-7", 3, 5_000), minutes=30)
    before = whole(first, second, third)
    there = Recipient("王小姐", "13812348000", "延安路 9 号", "浙江省", "杭州市", "上城区")
    at_once(
        merges(first, second),
        merges(third, first),
        parts(first),
        parts(third),
        tries(lambda: redirect_order(order_id=second.id, recipient=there, by=BY, at=TEN)),
        tries(lambda: reallocate(order_id=first.id, by=BY, at=TEN)),
        tries(lambda: open_hold(order_id=third.id, reason="other", due_at=TEN, by=BY, at=TEN)),
        merges(first, third),
    )
    assert whole(first, second, third) == before
    for one in alive(first, second, third):
        wanted = sum(line.quantity for line in OrderLine.objects.filter(order=one))
        held = sum(sum(counts) for counts in kept(one).values())
        assert held == (wanted if one.commercial == "approved" else 0)
    assert differences() == []


def test_cancelled_at_the_same_moment_it_is_cancelled_or_goes_along_never_both() -> None:
    first, second = pair()
    at_once(
        merges(first, second),
        *(tries(lambda: cancel_order(order_id=second.id, reason="customer", by=BY, at=TEN)) for _ in range(3)),
    )
    second.refresh_from_db()
    goods = {"LP-7": (2, 0), "CH-1": (1, 0)} if second.merged_into_id else {"LP-7": (2, 0)}
    assert kept(first) == goods
    assert second.cancel_reason == ("merged" if second.merged_into_id else "customer")
    assert differences() == []


def test_two_families_in_opposite_order_never_wait_for_each_other() -> None:
    first, second = pair()
    third, fourth = pair("李小姐")
    merged(first, second)
    merged(third, fourth)
    at_once(
        *(parts(one) for one in (first, third, second, fourth)),
        *(merges(one, other) for one, other in ((second, first), (fourth, third))),
    )
    assert whole(first, second)["total_minor"] == whole(third, fourth)["total_minor"] == 24_399
    assert differences() == []
