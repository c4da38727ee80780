"""The demo company's repairs: machines in every state, once."""

import pytest

from zhoudao.doors.cli import demo_repairs
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.repairs.models import Device, Repair
from zhoudao.rooms.repairs.tables import ensure_default_tables


@pytest.mark.django_db(transaction=True)
def test_machines_break_and_their_repairs_stand_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    ensure_default_tables(shop.now)
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    for _ in range(2):
        demo_repairs.live(at=shop.now)
    states = Repair.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["reported", "approved", "quoted", "approved", "in_repair", "closed"]
    assert Device.objects.exclude(serial="").count() == 6
    assert Repair.objects.get(state="quoted").is_covered is False
