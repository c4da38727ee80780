"""What other rules would have done: what the replay says is what really happens when those rules are in force."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from zhoudao.rooms.orders.commands.rehearsing import begin_rehearsal, work_rehearsal
from zhoudao.rooms.orders.commands.reviewing import approve_order, review_order
from zhoudao.rooms.orders.models import Order, PlaceDay, Rehearsal
from zhoudao.rooms.orders.refusals import RehearsalUnsound
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.bazaar import TEN
from zhoudao.rooms.orders.tests.reviewing import bought, clerk, open_review
from zhoudao.rooms.orders.tests.test_allocating import able, last, place, rule

pytestmark = pytest.mark.django_db(transaction=True)
CITIES = (("四川省", "成都市", "武侯区"), ("广东省", "广州市", "天河区"), ("江苏省", "南京市", "鼓楼区"))
BY_DISTANCE, BY_LOAD = "parcels, distance:100", "load:10, cost"


@pytest.fixture
def orders() -> list[Order]:
    """Thirty of three cities, three places with goods for about half of them each and room for twelve a day."""
    open_review()
    for code, where in {"hangzhou": ("浙江", "杭州"), "chengdu": ("四川", "成都"), "foshan": ("广东", "佛山")}.items():
        place(code, *where)
        able(code, daily_capacity=12)
    made = []
    for n in range(30):
        who = Recipient(f"客{n}", f"138{n:08d}", f"文三路 {n} 号", *CITIES[(0, 1, 1, 0, 1, 2)[n % 6]])
        made.append(bought(f"w{n}", Item("LP-7", 1 + n % 2, 5_000), recipient=who, at=TEN + timedelta(minutes=n)))
        review_order(order_id=made[-1].id, at=TEN + timedelta(minutes=n))
    return made


def happens(orders: list[Order], criteria: str) -> dict[str, Any]:
    """What comes of it when these rules are in force, counted from what is kept and from the days."""
    rule(criteria)
    for order in orders:
        approve_order(order_id=order.id, at=order.placed_at)
    said = [last(order) for order in Order.objects.order_by("number")]
    days = PlaceDay.objects.values_list("place__code", "parcels")
    of_place: Counter[str] = Counter()
    for code, parcels in days:
        of_place[code] += parcels
    return {
        "parcels": sum(of_place.values()),
        "km": sum(one["km"] for one in said),
        "cost": sum(one["cost_minor"] for one in said),
        "of_place": dict(of_place),
        "busiest": max(parcels for _code, parcels in days),
    }


def tried(**more: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {"criteria": BY_LOAD, "version": None, "since": TEN, "until": TEN + timedelta(days=1)}
    row = begin_rehearsal(**(asked | more), user_id=clerk().pk, at=TEN)
    result: dict[str, Any] = work_rehearsal(row.id, at=TEN).result
    return result


def test_what_would_have_been_is_what_happens_by_these_rules(orders: list[Order]) -> None:
    with transaction.atomic():
        really = happens(orders, BY_LOAD)
        transaction.set_rollback(True)
    then = happens(orders, BY_DISTANCE)
    result = tried()
    assert result["then"] == then
    assert result["would"] == really
    assert (result["orders"], result["unsent"]) == (30, 0)
    assert then != really, "or nothing is compared"
    assert 0 < result["moved"] <= 30


def test_the_same_rules_change_nothing_and_a_version_is_as_good_as_its_criteria(orders: list[Order]) -> None:
    happens(orders, BY_DISTANCE)
    same = tried(criteria=BY_DISTANCE)
    assert (same["moved"], same["then"]) == (0, same["would"])
    assert tried(version=2) == same, "version 2 holds these criteria"


def test_once_done_it_is_done_and_begun_again_it_begins_anew(orders: list[Order]) -> None:
    happens(orders, BY_DISTANCE)
    result = tried()
    row = Rehearsal.objects.get()
    assert (row.done, row.ended_at) == (30, TEN)
    Rehearsal.objects.update(ended_at=None, done=17)
    assert work_rehearsal(row.id, at=TEN).result == result
    assert work_rehearsal(row.id, at=TEN + timedelta(hours=1)).ended_at == TEN


def test_days_without_orders_come_to_nothing(orders: list[Order]) -> None:
    happens(orders, BY_DISTANCE)
    assert tried(since=TEN - timedelta(days=9), until=TEN - timedelta(days=1))["orders"] == 0


@pytest.mark.parametrize(
    "wrong",
    [{"criteria": "nearest"}, {"criteria": ""}, {"version": 99}, {"until": TEN}, {"until": TEN + timedelta(days=93)}],
)
def test_what_cannot_be_tried_is_refused(wrong: dict[str, Any]) -> None:
    open_review()
    with pytest.raises(RehearsalUnsound):
        tried(**wrong)
    assert not Rehearsal.objects.exists()
