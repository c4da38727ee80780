"""Orders that have not left are judged by what their lane takes; what nobody claims is forgotten, and counted."""

from datetime import datetime, timedelta

import pytest

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.commands.refunding import ON_PAGE, stop_for_refund
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.foreseeing import foresee_late, hardly_kept
from zhoudao.rooms.parcels.commands.forgetting import forget_unknown
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.models import Forgotten, LaneRow, TrackingEvent
from zhoudao.rooms.parcels.queries.tracking import forgotten_since
from zhoudao.rooms.parcels.tests.depot import BY, TEN, ready, sent
from zhoudao.rooms.parcels.told import Said, Told

pytestmark = pytest.mark.django_db(transaction=True)


def lane(hours: float, target: str = "江苏省", parcels: int = 100) -> None:
    """A lane whose quickest parcel takes so long, the slowest twice as long."""
    row = [hours + hours * n / 40 for n in range(41)]
    LaneRow.objects.create(target=target, parcels=parcels, hours=row, gap_hours=72, counted_at=TEN)


def promised(hours: float, **more: object) -> Order:
    order = ready(at=TEN, external_number=f"P-{hours}-{len(more)}")
    Order.objects.filter(id=order.id).update(promised_at=TEN + timedelta(hours=hours), **more)
    return Order.objects.get(id=order.id)


def found(at: datetime = TEN) -> set[str]:
    ids = hardly_kept(at, limit=50)
    for one in ids:
        foresee_late(one, at=at)
    return set(Order.objects.filter(id__in=ids).values_list("number", flat=True))


def test_what_even_a_quick_parcel_would_miss_is_found_once() -> None:
    lane(40)
    soon, later = promised(49), promised(52)
    assert found() == {soon.number}, "a quarter of the lane's parcels take at most fifty hours"
    assert found() == set()
    assert found(TEN + timedelta(hours=3)) == {later.number}
    assert Event.objects.filter(type="orders.OrderRunsLate").count() == 2
    assert Order.objects.get(id=soon.id).late_at == TEN


def test_of_an_unknown_lane_nothing_is_said_before_the_promised_moment() -> None:
    lane(40, parcels=3)
    order = promised(2)
    assert found(TEN + timedelta(hours=1)) == set()
    assert found(TEN + timedelta(hours=3)) == {order.number}


def test_without_one_of_its_province_any_lane_speaks() -> None:
    lane(40, target="")
    order = promised(30)
    assert found() == {order.number}


def test_what_left_is_over_or_long_promised_or_not_wanted_is_no_news() -> None:
    lane(40)
    promised(30, commercial="cancelled", cancelled_at=TEN, cancel_reason="customer")
    promised(31, fulfilment="shipped", shipped_at=TEN)
    promised(-25)
    refused = promised(32)
    stop_for_refund(order_id=refused.id, asked=ON_PAGE, by=BY, at=TEN)
    assert found() == set()


def test_one_that_leaves_in_between_is_not_told_of() -> None:
    lane(40)
    order = promised(30)
    [found_id] = hardly_kept(TEN, limit=9)
    sent(order, at=TEN)
    assert foresee_late(found_id, at=TEN).late_at is None
    assert not Event.objects.filter(type="orders.OrderRunsLate").exists()


def unknown(number: str, at: datetime, times: int = 1) -> None:
    for n in range(times):
        said = Said(at + timedelta(minutes=n), "in_transit")
        note_told(told=Told("sf", number, (said,)), source="test", at=at)


def test_numbers_nobody_claims_are_forgotten_after_three_months_and_counted() -> None:
    unknown("SF1111", TEN - timedelta(days=91), times=2)
    unknown("SF2222", TEN - timedelta(days=91))
    unknown("SF3333", TEN - timedelta(days=89))
    order = ready(at=TEN)
    parcel = sent(order, at=TEN - timedelta(days=100))
    note_told(told=Told("sf", "SF1234567890", (Said(TEN, "in_transit"),)), source="test", at=TEN - timedelta(days=95))
    assert forget_unknown(at=TEN) == 3
    assert forget_unknown(at=TEN) == 0
    assert set(TrackingEvent.objects.values_list("tracking_number", flat=True)) == {"SF3333", "SF1234567890"}
    assert parcel.events.count() == 1
    assert Forgotten.objects.values_list("numbers", "marks").get() == (2, 3)
    assert forgotten_since(TEN - timedelta(days=1)) == 2
    assert forgotten_since(TEN + timedelta(days=1)) == 0
