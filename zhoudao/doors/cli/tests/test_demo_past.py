"""The demo company's past: like questions of which one store answers later, once."""

from datetime import timedelta

import pytest

from zhoudao.doors.cli import demo_past
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.likeness.queries import compare


@pytest.mark.django_db(transaction=True)
def test_one_store_answers_later_and_nothing_is_lived_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = open_shop()
    other = next(code for code in sorted(shop.cast.stores) if code != "web")
    monkeypatch.setattr(demo_past, "_SLOWER", {"web": 1.0, other: 9.0})
    for _ in range(2):
        demo_past.live(at=shop.now)
    assert set(Case.objects.values_list("status", "cause")) == {("closed", "billing")}
    assert Case.objects.count() == 18
    month = Asked(shop.now - timedelta(days=28), shop.now)
    found = compare(shop.viewer("admin"), month, "store")
    assert {one.measure for one in found.findings} == {"reply", "solution"}
