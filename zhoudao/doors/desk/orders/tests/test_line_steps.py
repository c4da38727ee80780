"""How far each line of an order is, and where its parcels are, on its page."""

import re

import pytest
from django.test import Client

from zhoudao.doors.desk.fulfilment.tests.test_picking import depot
from zhoudao.doors.desk.orders.line_words import line_steps
from zhoudao.doors.desk.orders.tests.test_orders import as_, shop, text
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.queries.tables import totes_of
from zhoudao.rooms.fulfilment.tests.depot import Depot
from zhoudao.rooms.orders.models import Order, OrderLine
from zhoudao.rooms.parcels.commands.tracking import note_by_hand
from zhoudao.rooms.parcels.queries.lists import parcels_of
from zhoudao.rooms.parcels.tests.depot import BY, SF, lines_of, ready, sent

__all__ = ["depot", "shop"]
pytestmark = pytest.mark.django_db(transaction=True)


def steps_of(order: Order) -> list[list[int]]:
    """How many pieces of each line have passed each step, as the page says."""
    order.refresh_from_db()
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    found = line_steps(order, lines, parcels_of([order.id]), totes_of(order.id))
    return [[step.count for step in found[line.id]] for line in lines] if found else []


def test_each_line_says_how_far_it_is_from_kept_to_delivered(shop: Shop, depot: Depot) -> None:
    order = depot.order(LP_7=2, CH_1=1)
    counts = {line.sku: place for place, line in enumerate(order.lines.order_by("position"))}
    lamp = counts["LP-7"]
    assert steps_of(order)[lamp] == [2, 0, 0, 0, 0]
    parcel = sent(order, lines={lines_of(order)[lamp]: 2}, at=shop.now)
    assert steps_of(order)[lamp] == [2, 2, 2, 2, 0]
    assert steps_of(order)[1 - lamp][3] == 0
    note_by_hand(parcel_id=parcel.id, state="delivered", by=BY, at=shop.now)
    assert steps_of(order)[lamp] == [2, 2, 2, 2, 2]


def test_nothing_is_said_before_it_is_approved_and_parts_are_counted(shop: Shop) -> None:
    order = ready(at=shop.now)
    Order.objects.filter(id=order.id).update(commercial="placed")
    assert steps_of(order) == []
    Order.objects.filter(id=order.id).update(commercial="approved")
    order.refresh_from_db()
    sent(order, SF, lines={lines_of(order)[0]: 1}, at=shop.now)
    assert steps_of(order) == [[1, 1, 1, 1, 0], [0, 0, 0, 0, 0]]
    page = text(as_(shop, "admin").get(f"/desk/orders/{order.number}/"))
    assert re.search(r'is-part"[^>]*>Sent <span class="figure">1/2</span>', page)


def test_the_page_draws_where_each_parcel_is(shop: Shop) -> None:
    order = ready(at=shop.now)
    sent(order, SF, at=shop.now)
    client: Client = as_(shop, "admin")
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert page.count('<svg class="where"') == 1
    assert "南京市</text>" in page
