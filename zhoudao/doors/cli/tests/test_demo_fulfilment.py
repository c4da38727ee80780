"""The demo company's warehouse has something on every one of its pages."""

import pytest

from zhoudao.doors.cli import demo_fulfilment
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.fulfilment.models import Bin, Tote, Wave
from zhoudao.rooms.fulfilment.queries.building import waiting_in
from zhoudao.rooms.fulfilment.tests.depot import NOW
from zhoudao.rooms.orders.tests.reviewing import open_review, shelf
from zhoudao.rooms.stock.commands.naming import name_item
from zhoudao.rooms.stock.models import Warehouse

pytestmark = pytest.mark.django_db(transaction=True)


def test_waves_in_work_totes_on_the_table_and_orders_that_wait() -> None:
    open_review(NOW)
    assert Store.objects.filter(code="web").exists()
    for n in range(15):
        shelf(f"sku-{n:02d}", 100, code="kunshan", at=NOW)
        name_item(sku=f"sku-{n:02d}", names={"zh-Hans": f"商品 {n}"})
    for _ in range(2):
        demo_fulfilment.live(at=NOW)
    dispatch.drain()
    assert {"picking", "picked"} <= set(Wave.objects.values_list("state", flat=True))
    assert {"shipped", "packed", "picked", "put_back"} <= set(Tote.objects.values_list("state", flat=True))
    place = Warehouse.objects.get(code="kunshan")
    assert len(waiting_in(place.id, until=NOW, size=50)) > 5
    assert 0 < Bin.objects.count() < 15
