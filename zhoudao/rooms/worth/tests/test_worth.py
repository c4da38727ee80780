"""What customers are worth to a shop, and what speaks for their leaving."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.models import Case, Promise
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.customers.commands import Claim, merge_customers
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.customers.queries import standing_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.orders.submission import Item
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.teamwork.models import Goodwill
from zhoudao.rooms.voice.models import Rating
from zhoudao.rooms.worth.commands import limits, weigh_customers
from zhoudao.rooms.worth.leaving import Factor, Seen, factors_of, level_of, usual_days
from zhoudao.rooms.worth.models import Weighing, Worth
from zhoudao.rooms.worth.queries import worth_of

ZONE = "Asia/Shanghai"
TODAY = date(2026, 3, 10)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def buys(who: str, *, ago: int = 1, cents: int = 10_000, currency: str = "CNY", **fields: Any) -> Order:
    order = placed(
        claims=[Claim("external", who, scope="shop")],
        items=[Item("CH-1", 1, cents, "餐椅")],
        discount_minor=0,
        shipping_minor=0,
        tax_minor=0,
        currency=currency,
        placed_at=TUESDAY - timedelta(days=ago),
        at=TUESDAY,
    )
    Order.objects.filter(id=order.id).update(**fields)
    return order


def count_all(at: datetime = TUESDAY, most: int = 500) -> int:
    done = 0
    while True:
        with transaction.atomic():
            counted = weigh_customers(at=at, zone=ZONE, most=most)
        if not counted and not Weighing.objects.filter(rounds_left__gt=0).exists():
            return done
        done += counted


def worth(customer_id: UUID) -> Worth:
    return Worth.objects.get(customer_id=customer_id)


def test_a_grade_is_a_place_among_the_shops_own_buyers(shop: Shop) -> None:
    orders = [buys(f"buyer-{n}", cents=1_000 * n) for n in range(1, 41)]
    count_all()
    grades = [worth(order.customer_id).grade for order in orders]
    assert "".join(grades) == "D" * 15 + "C" * 12 + "B" * 8 + "A" * 5  # the limit itself is inside
    assert worth(orders[-1].customer_id).bought_minor == 40_000
    assert {one.grade for one in Customer.objects.filter(id=orders[-1].customer_id)} == {"A"}


def test_equal_amounts_have_equal_grades(shop: Shop) -> None:
    orders = [buys(f"buyer-{n}") for n in range(25)]
    count_all()
    assert {worth(order.customer_id).grade for order in orders} == {"A"}


def test_cancelled_refunded_unpaid_and_old_orders_do_not_count(shop: Shop) -> None:
    kept = buys("buyer-1", cents=5_000)
    buys("buyer-1", cents=7_000, commercial="cancelled", cancelled_at=TUESDAY)
    buys("buyer-1", cents=11_000, payment="refunded")
    buys("buyer-1", cents=13_000, payment="failed")
    buys("buyer-1", cents=17_000, ago=366)
    count_all()
    found = worth(kept.customer_id)
    assert (found.bought_minor, found.currency, found.orders) == (5_000, "CNY", 1)


def test_refunds_granted_in_cases_are_taken_off_once(shop: Shop) -> None:
    order = buys("buyer-1", cents=50_000)
    buys("buyer-1", cents=3_000, payment="refunded")
    case = shop.hears("退一点钱")
    Case.objects.filter(id=case.id).update(customer_id=order.customer_id)
    for minor in (3_000, 4_000):  # the first stands for the order that was refunded as a whole
        granted(shop, case, minor, "granted")
    count_all()
    assert worth(order.customer_id).bought_minor == 46_000


def granted(shop: Shop, case: Case, minor: int, state: str) -> None:
    user = shop.cast.people["zhao"]
    Goodwill.objects.create(
        case=case,
        kind="refund",
        amount_minor=minor,
        currency="CNY",
        state=state,
        asked_by=user,
        asked_at=TUESDAY,
        decided_at=TUESDAY,
    )


def test_currencies_are_neither_added_nor_exchanged(shop: Shop) -> None:
    for n in range(1, 31):
        buys(f"buyer-{n}", cents=1_000 * n)
        buys(f"guest-{n}", cents=100 * n, currency="USD")
    both = buys("buyer-1", cents=2_900, currency="USD")
    count_all()
    found = worth(both.customer_id)
    assert (found.grade, found.currency, found.bought_minor, found.others) == ("A", "USD", 2_900, {"CNY": 1_000})


def test_with_few_buyers_the_class_gives_the_grade(shop: Shop) -> None:
    order = buys("buyer-1")
    Customer.objects.filter(id=order.customer_id).update(value_class="gold")
    count_all()
    found = worth(order.customer_id)
    assert (found.grade, found.graded_by) == ("B", "class")
    assert limits() == {}


def test_all_records_of_a_person_count_as_one(shop: Shop) -> None:
    orders = [buys(f"buyer-{n}", cents=1_000) for n in range(30)]
    one, other = buys("rich-1", cents=900), buys("rich-2", cents=900)
    count_all()
    assert worth(one.customer_id).grade == "D"
    merge_customers(loser_id=one.customer_id, survivor_id=other.customer_id, at=TUESDAY, by=By("user:zhao"))
    count_all(TUESDAY + timedelta(days=1))
    assert worth(other.customer_id).bought_minor == 1_800
    records = Customer.objects.in_bulk([one.customer_id, other.customer_id])
    assert [records[each.customer_id].grade for each in (other, one)] == ["A", ""]
    assert standing_of(records[one.customer_id]).grade == "A"
    assert len(orders) == 30


def test_everybody_is_counted_once_a_day_a_few_at_a_time(shop: Shop) -> None:
    for n in range(25):
        buys(f"buyer-{n}")
    people = Customer.objects.count()
    assert count_all(most=7) == 2 * people  # the first day: limits are only known after the first round
    assert count_all(most=7) == 0
    assert count_all(TUESDAY + timedelta(days=1), most=7) == people


def test_a_batch_costs_the_same_however_many_people_it_has(shop: Shop) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            weigh_customers(at=TUESDAY, zone=ZONE)
        Weighing.objects.all().delete()
        Worth.objects.all().delete()
        return len(queries)

    buys("buyer-0")
    few = statements()
    for n in range(1, 20):
        buys(f"buyer-{n}")
    assert statements() == few


def test_a_case_keeps_the_grade_its_customer_had(shop: Shop) -> None:
    first = shop.hears("请问")
    Customer.objects.filter(id=first.customer_id).update(grade="A", risk="high")
    later = shop.hears("再问", who="visitor-2")
    Customer.objects.filter(id=later.customer_id).update(grade="B")
    resolve_case(case_id=first.id, outcome="answered", cause="information", at=shop.now, viewer=shop.viewer("wang"))
    close_case(case_id=first.id, at=shop.now, viewer=shop.viewer("wang"))
    shop.later(days=9)
    again = shop.hears("又来了")
    assert again.id != first.id
    assert (first.grade, later.grade, again.grade) == ("", "", "A")


@pytest.mark.parametrize(
    ("seen", "codes", "level"),
    [
        (Seen(), [], ""),
        (Seen(cases=1), [], "low"),
        (Seen(cases=1, complaints=1), ["complaint"], "low"),
        (Seen(cases=2, complaints=2), ["complaints"], "medium"),
        (Seen(cases=2, complaints=2, late=1), ["complaints", "late"], "high"),
        (Seen(cases=1, is_upset=True, stars=2), ["rated_low", "upset"], "medium"),
        (Seen(cases=1, stars=3), [], "low"),
        (Seen(cases=1, came_back=1, open_long=1, refused=1), ["came_back", "open_long", "refused"], "medium"),
    ],
)
def test_reasons_are_named_and_add_up(seen: Seen, codes: list[str], level: str) -> None:
    found = factors_of(seen, today=TODAY)
    assert [one.code for one in found] == codes
    assert level_of(seen, found) == level


def days(*ago: int) -> list[date]:
    return [TODAY - timedelta(days=each) for each in ago]


@pytest.mark.parametrize(
    ("bought", "factors", "level"),
    [
        (days(400), [], ""),  # once is no rhythm
        (days(150, 120, 90, 60), [], "low"),
        (days(151, 121, 91, 61), [Factor("silent", 30)], "medium"),
        (days(181, 151, 121, 91), [Factor("silent_long", 30)], "medium"),
        (days(23, 22, 21, 20), [], "low"),  # who buys daily is missed after a month, not after a week
        (days(48, 47, 46, 45), [Factor("silent_long", 14)], "medium"),
    ],
)
def test_silence_is_measured_by_the_customers_own_rhythm(bought: list[date], factors: list[Factor], level: str) -> None:
    seen = Seen(days=bought)
    assert factors_of(seen, today=TODAY) == factors
    assert level_of(seen, factors) == level


def test_a_rhythm_is_the_median_of_three_or_more_purchase_days() -> None:
    assert usual_days(days(100, 50)) is None
    assert usual_days(days(400, 100, 60, 20)) == 40


def test_what_the_rooms_know_becomes_reasons(shop: Shop) -> None:
    case = shop.hears("我要投诉，太差了")
    Case.objects.filter(id=case.id).update(
        kind="complaint", mood=-1, mood_at=TUESDAY, opened_at=TUESDAY - timedelta(days=8)
    )
    Promise.objects.filter(case=case).update(due_at=TUESDAY - timedelta(hours=1))
    Rating.objects.create(case=case, score=1, rated_at=TUESDAY)
    granted(shop, case, 100, "refused")
    count_all()
    found = worth_of([case.customer_id])
    assert found is not None
    assert {one.code: one.number for one in found.factors} == {
        "late": 1,
        "complaint": 1,
        "upset": 1,
        "rated_low": 1,
        "open_long": 1,
        "refused": 1,
    }
    assert (found.points, found.level) == (85, "high")
    assert Customer.objects.get(id=case.customer_id).risk == "high"


def test_only_what_changed_is_written(shop: Shop) -> None:
    buys("buyer-1")
    count_all()

    def written(later: int) -> Iterator[str]:
        with CaptureQueriesContext(connection) as queries:
            count_all(TUESDAY + timedelta(days=later))
        return (each["sql"] for each in queries if "INSERT INTO" in each["sql"] and "worth_worth" in each["sql"])

    assert not list(written(1))
    buys("buyer-1", cents=1)
    assert len(list(written(2))) == 1
