"""Where an order is sent from, on its page: explained, changed by hand, in parts and in one go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhoudao.doors.desk.orders.tests.test_orders import as_, text
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.orders.commands.rehearsing import begin_rehearsal, work_rehearsal
from zhoudao.rooms.orders.models import Order, Rehearsal
from zhoudao.rooms.orders.submission import Item, Recipient
from zhoudao.rooms.orders.tests.reviewing import bought, open_review, seen
from zhoudao.rooms.stock.commands.receiving import receive_stock
from zhoudao.rooms.stock.commands.warehouses import Terms, open_warehouse
from zhoudao.rooms.stock.goods import Goods
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.stock.tests.shelf import SONG

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[str], Client]
LAMP = Item("LP-7", 1, 5_000, "台灯")
IN_CHENGDU = Recipient("赵先生", "13912345678", "人民南路 9 号", "四川省", "成都市", "武侯区")
PLACES = {
    "hangzhou": ("浙江", "杭州", "华东仓"),
    "chengdu": ("四川", "成都", "西南仓"),
    "foshan": ("广东", "佛山", "华南仓"),
}


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    open_places(shop)
    return shop


def open_places(shop: Shop) -> None:
    """This will open three warehouses with five lamps each, and publish the rules."""
    open_review(shop.now)
    for code, (province, city, name) in PLACES.items():
        terms = Terms({"zh-Hans": name}, province, city, None, None, 50, 10, 500, 100)
        made = open_warehouse(code=code, terms=terms, by=SONG, at=shop.now)
        receive_stock(goods=[Goods(made.id, "LP-7", 5)], by=SONG, at=shop.now)


def tried(shop: Shop) -> Rehearsal:
    """What other rules would have done with what was sent today."""
    row = begin_rehearsal(
        criteria="cost, distance",
        version=None,
        since=shop.now - timedelta(days=1),
        until=shop.now + timedelta(days=1),
        user_id=shop.cast.people["admin"].pk,
        at=shop.now,
    )
    return work_rehearsal(row.id, at=shop.now)


def sent(shop: Shop, *items: Item) -> Order:
    return seen(bought("赵先生", *(items or [LAMP]), recipient=IN_CHENGDU, at=shop.now), at=shop.now)


def post(client: Client, order: Order, **said: str) -> Any:
    return client.post(f"/desk/orders/{order.number}/allocate/", said)


def test_the_page_says_from_where_and_what_every_other_place_lost_by(shop: Shop) -> None:
    order = sent(shop)
    client = as_(shop, "admin")
    with CaptureQueriesContext(connection) as asked:
        page = text(client.get(f"/desk/orders/{order.number}/"))
    assert len(asked) <= 14  # one of them for what is kept of each line
    rows = page[page.index('id="allocation"') : page.index('id="cases"')]
    assert rows.index("西南仓") < rows.index("华南仓") < rows.index("华东仓"), "who sends first, then the nearest"
    assert rows.count("worse by: distance") == 2
    for words in ("sends it", "What made the difference: distance.", "1 piece", "0 km", "CN¥5.00", "(50 left)"):
        assert words in rows, words
    assert "fewest parcels ▸ priority ▸ distance (steps of 200 km) ▸ load (steps of 20%) ▸ cost" in rows
    assert reverse("decision_table", args=["orders.allocation"]) in rows
    assert "by the rules" in rows


def test_by_hand_with_why_and_what_is_not_possible_is_said(shop: Shop) -> None:
    order, client = sent(shop), as_(shop, "admin")
    foshan = Warehouse.objects.get(code="foshan")
    assert post(client, order, do="move", place=str(foshan.id), why="busy").status_code == 302
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert "too much to do there" in page
    assert "is sent from foshan: too much to do there" in page, "the timeline"
    assert ("A person chose the place." in page, "No other place could send it." in page) == (True, False)
    assert post(client, order, do="move", place=str(foshan.id), why="because").status_code == 422
    assert post(client, order, do="move", place="nowhere", why="busy").status_code == 422
    assert post(client, order, do="dance").status_code == 400
    other = open_warehouse(code="empty", terms=Terms({"en": "Empty"}), by=SONG, at=shop.now)
    refused = post(client, order, do="move", place=str(other.id), why="near")
    assert (refused.status_code, "LP-7 (0/1)" in text(refused)) == (422, True)


def test_what_is_there_goes_ahead_and_is_put_together_again(shop: Shop) -> None:
    order, client = sent(shop, Item("LP-7", 17, 5_000)), as_(shop, "admin")
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert ("Send what is there ahead" in page, "Not decided yet" in page) == (True, True)
    assert post(client, order, do="split").status_code == 302
    page = text(client.get(f"/desk/orders/{order.number}/"))
    for words in ("In parts", "2 pieces wait", "Send it in one go", "15 pieces go ahead, 2 follow"):
        assert words in page, words
    assert post(client, order, do="split").status_code == 422
    assert post(client, order, do="merge").status_code == 302
    order.refresh_from_db()
    assert (order.is_split, order.fulfilment) == (False, "backordered")


def test_who_only_reads_orders_sees_why_and_changes_nothing(shop: Shop) -> None:
    order = sent(shop)
    client = as_(shop, "zhou")
    page = text(client.get(f"/desk/orders/{order.number}/"))
    assert ("worse by: distance" in page, "Send from another place" in page) == (True, False)
    assert post(client, order, do="merge").status_code == 403
