"""The analyst's days are the board's days."""

from datetime import timedelta

import pytest

from zhoudao.doors.clock.counting import count_days
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.visits.tests.store import open_counter
from zhoudao.rooms.voice.commands import rate_case

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_days_figures_are_counted_for_the_company_and_each_store_and_again_without_doubling() -> None:
    shop = open_shop()
    first, _second = shop.hears("桌子什么时候到？", who="a"), shop.hears("椅子什么时候到？", who="b")
    shop.later(hours=1)
    resolve_case(case_id=first.id, outcome="answered", cause="delivery", viewer=shop.viewer("zhao"), at=shop.now)
    rate_case(case_id=first.id, score=5, comment="", at=shop.now)
    for _ in range(2):
        count_days(at=shop.now)
    web = shop.cast.stores["web"].id
    for store_id in (None, web):
        today = DailyFigure.objects.filter(store_id=store_id, day_date=shop.now.date())
        values = {row.metric: (row.value, row.cases) for row in today}
        assert values["cases.opened"] == (2, 2)
        assert values["cases.resolution"] == (60.0, 1)
        assert values["cases.first_contact_resolution"] == (1.0, 1)
        assert values["voice.satisfaction"] == (1.0, 1)
        assert values["cases.first_reply"] == (None, 0)
    yesterday = DailyFigure.objects.get(
        metric="cases.opened", store_id=None, day_date=shop.now.date() - timedelta(days=1)
    )
    assert yesterday.value == 0


def test_a_stores_queue_has_its_days_too() -> None:
    counter = open_counter(open_shop())
    counter.takes("A")
    counter.shop.later(minutes=4)
    counter.serves(10)
    for _ in range(2):
        count_days(at=counter.shop.now)
    today = DailyFigure.objects.filter(store_id=counter.store.id, metric__startswith="visits.")
    assert {row.metric: (row.value, row.cases) for row in today} == {
        "visits.taken": (1, 1),
        "visits.waiting": (4.0, 1),
        "visits.service": (10.0, 1),
        "visits.no_show": (0, 1),
        "visits.gone": (0, 1),
    }
