"""The demo company's goods that came back: something to see, and one lamp whose fault is found; once."""

import pytest

from zhoudao.doors.cli import demo_quality
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.quality.models import QualityNotice
from zhoudao.rooms.stock.commands.naming import name_items


@pytest.mark.django_db(transaction=True)
def test_one_lamp_goes_wrong_and_has_its_notice_and_no_case_is_opened_for_the_past(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    name_items([("LP-7001", {"zh-Hans": "护眼台灯"}, None)])
    for _ in range(2):
        demo_quality.live(at=shop.now)
    [notice] = QualityNotice.objects.all()
    assert (notice.sku, notice.batch, notice.evidence.count() >= 5) == ("LP-7001", "2608B", True)
    assert ReturnRequest.objects.count() > 30
    assert not Case.objects.exists()
