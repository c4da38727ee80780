"""The demo company's prepaid labels: a small pool, of which one is used, once."""

import pytest

from zhoudao.doors.cli import demo_labels
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.stock.models import Warehouse


@pytest.mark.django_db(transaction=True)
def test_numbers_are_there_and_a_lamp_comes_back_with_one() -> None:
    shop = open_shop()
    ensure_default_tables(shop.now)
    Warehouse.objects.create(code="main", names={"zh-Hans": "总仓"}, kind="warehouse", street="物流大道 88 号")
    for _ in range(2):
        demo_labels.live(at=shop.now)
    used = PrepaidNumber.objects.get(taken_at__isnull=False)
    assert PrepaidNumber.objects.count() == 52
    request = ReturnRequest.objects.get()
    assert (request.tracking_number, request.label_minor) == (used.number, 800)
