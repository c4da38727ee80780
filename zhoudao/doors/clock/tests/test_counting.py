"""The analyst's days are the board's days."""

from datetime import timedelta

import pytest

from zhoudao.doors.clock.counting import count_days, count_history
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.metrics.definitions import daily_metrics
from zhoudao.ground.metrics.models import DailyFigure
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.tests.shop import TUESDAY, open_shop
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
    assert not DailyFigure.objects.filter(day_date__lt=shop.now.date()).exists()  # nobody was here yet


def test_every_figure_with_a_history_is_counted_and_no_other() -> None:
    shop = open_shop()
    shop.hears("桌子什么时候到？")
    counter = open_counter(shop)
    counter.takes("A")
    count_days(at=shop.now)
    assert set(DailyFigure.objects.values_list("metric", flat=True)) == {one.code for one in daily_metrics()}


def test_promises_answers_and_what_stands_at_a_days_end_are_counted() -> None:
    shop = open_shop()
    case = shop.hears("桌子什么时候到？", who="a")
    shop.hears("椅子什么时候到？", who="b")
    shop.later(minutes=5)
    reply_to_case(case_id=case.id, text="明天", viewer=shop.viewer("wang"), at=shop.now, real_now=shop.now)
    dispatch.drain()
    count_days(at=shop.now)
    values = dict(DailyFigure.objects.filter(store_id=None).values_list("metric", "value"))
    assert (values["cases.answered"], values["cases.waiting"], values["cases.promises_kept"]) == (0.5, 1, 1.0)
    shop.later(days=1)
    count_days(at=shop.now)
    yesterday = DailyFigure.objects.get(metric="cases.waiting", store_id=None, day_date=TUESDAY.date())
    assert yesterday.value == 1  # as it stood at the last count of that day


def test_days_nobody_counted_are_counted_back_newest_first_to_the_first_case_and_no_further() -> None:
    shop = open_shop()
    shop.hears("桌子什么时候到？")
    first = shop.now.date()
    shop.later(days=20)
    assert count_days(at=shop.now) > 0
    assert [count_history(at=shop.now, most=10) for _ in range(3)] == [10, 7, 0]
    days = DailyFigure.objects.filter(store_id=None, metric="cases.opened").order_by("day_date")
    assert [(row.day_date, row.value) for row in days] == [
        (first + timedelta(days=day), 1.0 if day == 0 else 0.0) for day in range(21)
    ]
    DailyFigure.objects.filter(metric="cases.promises_kept", day_date=first).delete()  # as after an upgrade
    assert count_history(at=shop.now, most=10) == 1


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
