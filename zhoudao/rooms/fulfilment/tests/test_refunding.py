"""A customer wants their money back before the goods left: the order stops once, whoever asks; what left stays gone."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.fulfilment.commands.packing import hand_over_tote, scan_pack, weigh
from zhoudao.rooms.fulfilment.commands.scanning import Read
from zhoudao.rooms.fulfilment.models import Tote
from zhoudao.rooms.fulfilment.refusals import ToteStopped
from zhoudao.rooms.fulfilment.tests.depot import SONG, Depot, open_depot, told
from zhoudao.rooms.orders.commands.ending import cancel_order
from zhoudao.rooms.orders.commands.refunding import IN_CASE, ON_PAGE, refund_asked, stop_for_refund
from zhoudao.rooms.orders.commands.releasing import release_hold
from zhoudao.rooms.orders.models import Hold, Order
from zhoudao.rooms.orders.refusals import AlreadyOnItsWay, OrderOver
from zhoudao.rooms.parcels.commands.labels import Label
from zhoudao.rooms.parcels.models import Parcel

pytestmark = pytest.mark.django_db


@pytest.fixture
def depot() -> Depot:
    return open_depot()


def asks(depot: Depot, order: Order, asked: str = ON_PAGE, case: str = "") -> tuple[Hold, bool]:
    return stop_for_refund(order_id=order.id, asked=asked, case=case, by=SONG, at=depot.now)


def test_an_approved_order_stops_and_its_goods_are_free(depot: Depot) -> None:
    order = depot.order(LP_7=2)
    held, is_new = asks(depot, order, IN_CASE, "C2026-000001")
    order.refresh_from_db()
    assert is_new
    assert (held.reason, held.priority, held.evidence) == (
        "refund_requested",
        1,
        {"asked": "case", "case": "C2026-000001"},
    )
    assert held.due_at == depot.now + timedelta(hours=1)
    assert (order.commercial, order.fulfilment, order.open_holds) == ("placed", "none", 1)
    assert Event.objects.filter(type="orders.ApprovalWithdrawn", primary_id=order.id).count() == 1


def test_asked_twice_is_asked_once_and_the_case_is_noted_when_it_is_known(depot: Depot) -> None:
    order = depot.order(LP_7=1)
    first, _ = asks(depot, order)
    again, is_new = asks(depot, order, IN_CASE, "C2026-000002")
    assert (again.id, is_new) == (first.id, False)
    assert again.evidence == {"asked": "page", "case": "C2026-000002"}
    assert Hold.objects.count() == 1
    assert Event.objects.filter(type="orders.HoldOpened").count() == 1


def test_a_tote_that_is_being_picked_is_told_by_its_next_scan(depot: Depot) -> None:
    order = depot.order(LP_7=2)
    wave = depot.wave()
    asks(depot, order)
    depot.scan(wave, "A-01-02")
    assert Tote.objects.get(order=order).state == "out"
    assert "ToteStopped" in told("ToteStopped")


def test_released_it_goes_on_and_cancelled_it_is_over(depot: Depot) -> None:
    kept, dropped = depot.order(LP_7=1), depot.order(LP_7=1)
    held, _ = asks(depot, kept)
    release_hold(hold_id=held.id, outcome="unsure", by=SONG, at=depot.now)
    assert Order.objects.get(id=kept.id).commercial == "approved"
    assert refund_asked(kept.id) is None
    asks(depot, dropped)
    cancel_order(order_id=dropped.id, reason="customer", by=SONG, at=depot.now)
    assert Hold.objects.get(order=dropped).ending == "cancelled"
    with pytest.raises(OrderOver):
        asks(depot, dropped)


def test_what_left_cannot_be_stopped(depot: Depot) -> None:
    order = depot.order(LP_7=1)
    Order.objects.filter(id=order.id).update(fulfilment="shipped", shipped_at=depot.now)
    with pytest.raises(AlreadyOnItsWay):
        asks(depot, order)
    assert not Hold.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_asked_first", [True, False])
def test_asked_in_the_moment_of_handing_over_one_of_them_wins(is_asked_first: bool) -> None:
    depot = open_depot()
    order = depot.order(LP_7=1)
    wave = depot.wave()
    depot.pick_all(wave)
    tote = Tote.objects.get(order=order)
    scan_pack(tote_id=tote.id, read=Read("LP-7"), by=SONG, at=depot.now)
    weigh(tote_id=tote.id, box="small", grams=900, by=SONG, at=depot.now)
    inside, outcome = threading.Event(), list[str]()

    def leaves() -> None:
        hand_over_tote(tote_id=tote.id, label=Label("sf", "SF1234567"), by=SONG, at=depot.now)

    doers: list[Callable[[], object]] = [lambda: asks(depot, order), leaves]
    first, second = doers if is_asked_first else reversed(doers)

    def waits() -> None:
        inside.wait(30)
        try:
            second()
            outcome.append("done")
        except (ToteStopped, AlreadyOnItsWay) as refusal:
            outcome.append(type(refusal).__name__)
        finally:
            connection.close()

    other = threading.Thread(target=waits)
    other.start()
    with transaction.atomic():
        first()
        inside.set()
        other.join(timeout=0.5)
        assert other.is_alive(), "it waits for the order"
    other.join(timeout=30)
    assert outcome == ["ToteStopped" if is_asked_first else "AlreadyOnItsWay"]
    assert Parcel.objects.exists() != is_asked_first
    assert Hold.objects.exists() == is_asked_first
