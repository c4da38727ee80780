"""The clock looks after the pools of prepaid numbers: whoever keeps them hears once that few are left."""

import pytest

from zhoudao.doors.clock import pickup_knocks, rounds
from zhoudao.ground.installation import clock
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.return_labels.telling import register_kinds
from zhoudao.rooms.return_labels.tests.pool import brought


@pytest.mark.django_db(transaction=True)
def test_whoever_keeps_them_hears_once_that_few_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    monkeypatch.setattr(clock, "shown", lambda real: shop.now)
    register_kinds()
    brought(1, at=shop.now)
    for _ in range(2):
        rounds.make(rounds.Round(60.0, pickup_knocks.pools_to_look_at))
    notice = Notice.objects.get(kind="labels_low")
    assert (notice.address, notice.attributes["left"]) == ("/desk/settings/return-labels/", 1)
    assert notice.user_id == shop.cast.people["admin"].pk
