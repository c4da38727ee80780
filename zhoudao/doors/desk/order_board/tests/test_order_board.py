"""The order board: every figure has its meaning, and opens as much as it counted; by everybody in their own stores."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from zhoudao.doors.desk.counter.tests.conftest import open_shop, shop, sign_in
from zhoudao.ground.accounts.models import Grant, Store, User
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.queries.board import hands
from zhoudao.rooms.fulfilment.tests.depot import EAN, SONG, Depot, open_depot
from zhoudao.rooms.orders.commands.holds import open_hold
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.parcels.models import Parcel
from zhoudao.rooms.stock.commands.warehouses import Terms, change_warehouse

__all__ = ["open_shop", "shop", "sign_in"]
PATH = "/desk/orders/board/"
Signs = Callable[[str], Client]


@pytest.fixture
def depot(shop: Shop) -> Depot:
    """With Lin, who leads the company."""
    lin = User.objects.create_user(email="lin@example.com", password="x" * 14, name="林峰")
    Grant.objects.create(user=lin, role="team_lead")
    shop.cast.people["lin"] = lin
    return open_depot(at=shop.now)


def board(client: Client, **asked: str) -> Any:
    return client.get(PATH, asked).context


def tile(context: Any, code: str) -> Any:
    return next(one for one in context["tiles"] if one.metric.code == code)


def behind(client: Client, address: str) -> list[Any]:
    """Everything behind a figure, page by page."""
    found: list[Any] = []
    while address:
        context = client.get(address).context
        found += context.get("orders") or context.get("parcels") or context.get("scans") or []
        address = f"{PATH}behind/?{context['next']}" if context["next"] else ""
    return found


def test_every_figure_opens_as_much_as_it_counted(depot: Depot, sign_in: Signs) -> None:
    now = depot.now
    orders = [depot.order(LP_7=1) for _ in range(3)]
    open_hold(order_id=orders[0].id, reason="other", due_at=now + timedelta(hours=1), by=SONG, at=now)
    Order.objects.filter(id=orders[0].id).update(
        commercial="approved", open_holds=0, approved_at=now, recorded_at=now - timedelta(minutes=30)
    )
    Order.objects.filter(id=orders[1].id).update(
        promised_at=now - timedelta(hours=2), shipped_at=now, placed_at=now - timedelta(hours=5)
    )
    Order.objects.filter(id=orders[2].id).update(
        promised_at=now - timedelta(hours=1), delivered_at=now - timedelta(hours=2)
    )
    lin = sign_in("lin")
    found = board(lin)
    said = {one.metric.code: one.figure for one in found["tiles"]}
    assert said["orders.approved"] == "3"
    assert said["orders.touchless"] == "67%"
    assert said["orders.on_time"] == "50%"
    assert said["orders.to_ship"] == "5 小时"
    expected = {
        "orders.approved": 3,
        "orders.touchless": 1,
        "orders.approval_time": 3,
        "orders.to_ship": 1,
        "orders.on_time": 1,
    }
    for code, count in expected.items():
        assert len(behind(lin, tile(found, code).address)) == count, code
    assert behind(lin, tile(found, "orders.touchless").address) == [orders[0]]
    assert behind(lin, tile(found, "orders.on_time").address) == [orders[1]]


def test_wrong_scans_are_counted_by_place_and_opened(depot: Depot, sign_in: Signs) -> None:
    depot.order(LP_7=2)
    wave = depot.wave()
    for text in ("a-01-02", EAN["CH-1"], EAN["LP-7"]):
        depot.scan(wave, text, key=uuid4())
        depot.now += timedelta(minutes=6)
    depot.now += timedelta(hours=2)  # a pause is no picking
    depot.scan(wave, EAN["LP-7"], key=uuid4())
    found = hands([depot.place.id], depot.now - timedelta(days=1), depot.now + timedelta(days=1))[depot.place.id]
    assert (found.judged, found.wrong, found.pieces) == (4, 1, 2)
    assert found.per_hour == pytest.approx(2 / 0.2), "two pieces in twice six minutes"
    lin = sign_in("lin")
    context = board(lin)
    [line] = context["lines"]
    assert (line.place.code, line.load.parcels, line.hands.wrong_share) == ("east", 1, 0.25)
    assert tile(context, "fulfilment.wrong_picks").figure == "25.0%"
    [(scan, _who)] = behind(lin, line.wrong)
    assert (scan.text, scan.sku) == (EAN["CH-1"], "LP-7")
    assert [sku for _name, sku, _n in context["wrong"]] == ["LP-7"]
    assert len(behind(lin, line.packed)) == 1


def test_how_full_a_place_was_is_of_the_days_it_worked(depot: Depot, sign_in: Signs) -> None:
    change_warehouse(warehouse_id=depot.place.id, terms=Terms({"en": "East"}, daily_capacity=4), by=SONG, at=depot.now)
    for _ in range(3):
        depot.order(LP_7=1)
    [line] = board(sign_in("lin"))["lines"]
    assert (line.load.parcels, line.load.days, line.load.busiest, line.load.share) == (3, 1, 3, 0.75)


def test_a_carrier_that_is_silent_and_parcels_that_stand_still_are_opened(depot: Depot, sign_in: Signs) -> None:
    order = depot.order(LP_7=1)
    for number, (hours, heard, stuck) in enumerate([(2, None, None), (30, None, None), (30, 3, None), (80, 40, 40)]):
        Parcel.objects.create(
            order=order,
            carrier="sf",
            tracking_number=f"SF12345678{number}",
            handed_over_at=depot.now - timedelta(hours=hours),
            heard_at=depot.now - timedelta(hours=heard) if heard else None,
            stuck_at=depot.now - timedelta(hours=stuck) if stuck else None,
        )
    lin = sign_in("lin")
    [(carrier, silent, late)] = board(lin)["carriers"]
    assert (carrier.under_way, carrier.silent, carrier.late, carrier.fresh_share) == (4, 2, 1, 0.5)
    assert (len(behind(lin, silent)), len(behind(lin, late))) == (2, 1)


def test_a_store_sees_its_own_orders_and_nobody_elses(depot: Depot, shop: Shop, sign_in: Signs) -> None:
    depot.order(LP_7=1)
    nanjing = User.objects.create_user(email="nan@example.com", password="x" * 14, name="南")
    Grant.objects.create(user=nanjing, role="team_lead", store=Store.objects.get(code="nanjing"))
    shop.cast.people["nan"] = nanjing
    theirs, all_of_it = sign_in("nan"), sign_in("lin")
    assert tile(board(theirs), "orders.approved").figure == "0"
    assert board(theirs)["lines"] == []
    assert tile(board(all_of_it), "orders.approved").figure == "1"
    assert tile(board(all_of_it, store="nanjing"), "orders.approved").figure == "0"
    address = tile(board(all_of_it), "orders.approved").address
    assert behind(theirs, address) == []


def test_what_nobody_counts_is_not_found_and_the_page_stays_cheap(depot: Depot, sign_in: Signs) -> None:
    for _ in range(3):
        depot.order(LP_7=1)
    lin = sign_in("lin")
    for wrong in ("", "orders.nothing", "cases.waiting"):
        assert lin.get(f"{PATH}behind/", {"figure": wrong}).status_code == 404
    assert lin.get(f"{PATH}behind/", {"figure": "orders.approved", "cursor": "x"}).status_code == 400
    assert lin.get(PATH, {"period": "x", "store": "x", "place": "x"}).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        lin.get(PATH)
    assert len(asked) <= 16, [one["sql"][:80] for one in asked]
