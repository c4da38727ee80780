"""Parcels that stand still or will be late are found at their moment, told of once, and followed when they move."""

from datetime import timedelta
from typing import Any

import pytest

from zhoudao.engines.tracking.lanes import USUAL, expected_hours
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.commands.lanes import count_lanes, lane_of
from zhoudao.rooms.parcels.commands.sources import add_source
from zhoudao.rooms.parcels.commands.tracking import expire_parcel, note_told, silent_since
from zhoudao.rooms.parcels.commands.watching import look_at_parcel, to_look_at
from zhoudao.rooms.parcels.models import LaneRow, Parcel
from zhoudao.rooms.parcels.tests.depot import BY, TEN, ready, sent
from zhoudao.rooms.parcels.told import Said, Told

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def says(state: str, hours: float, number: str = "SF1234567890") -> None:
    at = TEN + hours * HOUR
    note_told(told=Told("sf", number, (Said(at, state),)), source="test", at=at)


def flags() -> list[tuple[str, Any]]:
    rows = Event.objects.filter(type="parcels.ParcelFlagged").order_by("occurred_at")
    return [(one.attributes["flag"], one.occurred_at) for one in rows]


def looks_until(hours: float) -> None:
    """The clock knocks whenever there is something to be looked at."""
    for _ in range(50):
        row = Parcel.objects.filter(look_at__lte=TEN + hours * HOUR).order_by("look_at").first()
        if row is None:
            return
        assert row.look_at is not None
        look_at_parcel(row.id, at=row.look_at)
    raise AssertionError("it never ends")


def test_what_stands_still_is_found_once_and_again_when_it_moved_in_between() -> None:
    sent(ready())
    says("in_transit", 2)
    assert to_look_at(TEN + 2 * HOUR, limit=5) != []
    looks_until(70)
    assert flags() == []
    looks_until(75)
    assert flags() == [("parcel_stuck", TEN + 74 * HOUR)]
    looks_until(90)
    says("in_transit", 91)
    assert Parcel.objects.get().stuck_at is None
    looks_until(170)
    assert [flag for flag, _at in flags()] == ["parcel_stuck", "parcel_stuck"]


def test_what_was_never_heard_of_is_stuck_only_where_somebody_would_tell() -> None:
    sent(ready())
    looks_until(400)
    assert "parcel_stuck" not in dict(flags())
    add_source(code="kd", kind="kuaidi100", carriers=["sf"], secrets={}, by=BY, at=TEN)
    sent(ready(), Label("sf", "SF22222222"))
    looks_until(400)
    assert "parcel_stuck" in dict(flags())


def test_a_promise_that_will_hardly_be_kept_is_found_before_it_is_broken() -> None:
    promised = TEN + 150 * HOUR
    sent(ready(promised_at=promised))
    looks_until(149)
    [(flag, found_at)] = flags()
    assert flag == "parcel_late"
    assert TEN < found_at < promised
    says("delivered", 160)
    order = Order.objects.get()
    assert order.fulfilment == "delivered"
    assert Parcel.objects.get().late_at == found_at
    looks_until(1000)
    assert len(flags()) == 1


def test_lanes_are_learned_from_what_arrived_and_few_parcels_teach_nothing() -> None:
    for n in range(30):
        parcel = sent(ready(), Label("sf", f"SF77700{n:03d}"))
        says("delivered", 40 + n, parcel.tracking_number)
    parcel = sent(ready(), Label("sf", "SF88888888"))
    assert lane_of(parcel.order, parcel) == USUAL
    count_lanes(at=TEN + 100 * HOUR)
    count_lanes(at=TEN + 101 * HOUR)
    row = LaneRow.objects.get(carrier="sf", target="江苏省")
    assert (row.parcels, row.hours[0], row.hours[20], row.hours[-1]) == (30, 40.0, 54.5, 69.0)
    learned = lane_of(parcel.order, parcel)
    assert expected_hours(learned) == pytest.approx(63.2)
    new = sent(ready(), Label("sf", "SF99999999"))
    assert new.expected_at == TEN + timedelta(hours=expected_hours(learned))


def test_history_without_parcels_teaches_too() -> None:
    for n in range(31):
        order = ready()
        Order.objects.filter(id=order.id).update(shipped_at=TEN, delivered_at=TEN + (10 + n) * HOUR)
    count_lanes(at=TEN + 100 * HOUR)
    assert LaneRow.objects.get(carrier="", origin="", target="江苏省").hours[20] == 25.0


def test_after_a_month_of_silence_it_is_said_to_be_lost_sight_of() -> None:
    parcel = sent(ready())
    says("in_transit", 5)
    month = TEN + timedelta(days=30)
    assert list(silent_since(month, limit=5)) == []
    expire_parcel(parcel.id, at=month)
    assert Parcel.objects.get().state == "in_transit"
    later = month + 5 * HOUR
    assert list(silent_since(later, limit=5)) == [parcel.id]
    for _ in range(2):
        expire_parcel(parcel.id, at=later)
    assert Parcel.objects.get().state == "expired"
    assert list(silent_since(later, limit=5)) == []
    says("in_transit", 24 * 31)
    assert Parcel.objects.get().state == "in_transit"
