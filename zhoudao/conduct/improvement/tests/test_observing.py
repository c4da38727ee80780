"""Sheets, interviews and remarks: summed, masked, sealed."""

from datetime import time, timedelta
from typing import Any

import pytest

from zhoudao.conduct.improvement.commands.observing import (
    Row,
    forget_observation,
    observations_of,
    observe,
    sums_of,
)
from zhoudao.conduct.improvement.models import Initiative, Observation
from zhoudao.conduct.improvement.refusals import InitiativeNotFound, SheetUnsound
from zhoudao.conduct.improvement.tests.test_initiatives import begun
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [
    Row(time(9, 0), time(9, 20), "找订单", waits=False),
    Row(time(9, 20), time(10, 5), "等仓库 13912345678", waits=True),
    Row(time(23, 50), time(0, 10), "夜班交接", waits=False),
]


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def seen(shop: Shop, one: Initiative, who: str = "admin", **more: Any) -> Observation:
    given: dict[str, Any] = {"how": "watched", "step": "受理", "day": shop.now.date(), "rows": ROWS, "note": ""} | more
    return observe(initiative_id=one.id, viewer=shop.viewer(who), at=shop.now, **given)


def test_a_sheet_is_summed_and_names_nobody(shop: Shop) -> None:
    one = begun(shop)
    row = seen(shop, one)
    assert (row.work_minutes, row.wait_minutes) == (40, 45), "an end before its start is after midnight"
    assert "13912345678" not in str(row.rows)
    seen(shop, one)
    assert sums_of(observations_of(one)) == (80, 90)


def test_a_note_is_sealed_and_read_again(shop: Shop) -> None:
    one = begun(shop)
    row = seen(shop, one, how="interview", rows=[], note="每次都要重新问，打 13912345678")
    assert "重新问" not in str(bytes(row.note_sealed or b""))
    (found,) = observations_of(one)
    assert found.note.startswith("每次都要重新问")
    assert "13912345678" not in found.note
    forget_observation(initiative_id=one.id, observation_id=row.id, viewer=shop.viewer("admin"))
    assert observations_of(one) == []


def test_an_empty_sheet_and_one_of_tomorrow_are_refused_and_others_see_nothing(shop: Shop) -> None:
    one = begun(shop)
    for wrong in ({"rows": [], "note": " "}, {"how": "guess"}, {"day": shop.now.date() + timedelta(days=1)}):
        with pytest.raises(SheetUnsound):
            seen(shop, one, **wrong)
    with pytest.raises(InitiativeNotFound):
        seen(shop, one, who="wang")
