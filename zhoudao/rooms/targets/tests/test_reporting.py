"""Periodic reports: made once for each place and period, told once to whoever wants and may read them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from zhoudao.ground.accounts.models import Grant, Store
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.targets.commands import Wanted, set_target
from zhoudao.rooms.targets.models import Report
from zhoudao.rooms.targets.refusals import FigureUnknown
from zhoudao.rooms.targets.reporting import Due, make_report, period_before, reports_due, subscribe
from zhoudao.rooms.targets.tests.days import lived, together

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 3, 9, 0, 30, tzinfo=UTC)  # half past eight in Shanghai
WEEK = (date(2026, 3, 2), date(2026, 3, 8))


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def made(at: datetime = MONDAY) -> list[Report]:
    return [make_report(due, causes=[], at=at) for due in reports_due(at)]


def wants(shop: Shop, who: str = "admin", *, every: str = "week", store: Store | None = None, **more: Any) -> None:
    asked: dict[str, Any] = {"is_wanted": True, "at": MONDAY - timedelta(days=3)} | more
    subscribe(viewer=shop.viewer(who), every=every, store_id=store.id if store else None, **asked)


def test_a_week_is_monday_to_sunday_and_a_month_all_of_it() -> None:
    assert period_before("week", date(2026, 3, 9)) == WEEK
    assert period_before("week", date(2026, 3, 15)) == WEEK
    assert period_before("month", date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert period_before("month", date(2026, 1, 31)) == (date(2025, 12, 1), date(2025, 12, 31))


def test_it_is_made_once_at_eight_and_told_once(shop: Shop) -> None:
    wants(shop)
    assert made(MONDAY - timedelta(minutes=31)) == []
    assert [(one.first_date, one.last_date) for one in made()] == [WEEK]
    assert made(MONDAY + timedelta(days=2)) == []
    [notice] = Notice.objects.filter(kind="figures_report")
    assert notice.user == shop.cast.people["admin"]
    [report] = Report.objects.all()
    again = make_report(Due("week", None, *WEEK), causes=[], at=MONDAY)
    assert (again.id, Notice.objects.count()) == (report.id, 1)


def test_before_eight_there_is_none_and_after_weeks_away_only_the_latest(shop: Shop) -> None:
    wants(shop)
    assert [one.last for one in reports_due(MONDAY - timedelta(hours=1))] == []
    assert [one.last_date for one in made(MONDAY + timedelta(days=22))] == [date(2026, 3, 29)]


def test_it_says_the_period_the_one_before_what_is_usual_and_the_target(shop: Shop) -> None:
    lived(figures.FIRST_REPLY.code, [20.0] * 21 + [10.0] * 7, until=date(2026, 3, 9))
    lived(figures.OPENED.code, [5.0] * 7 + [8.0] * 7, until=date(2026, 3, 9))
    wanted = Wanted(12.0, reason="快一点")
    set_target(
        code=figures.FIRST_REPLY.code, store_id=None, wanted=wanted, seen=None, viewer=shop.viewer("admin"), at=MONDAY
    )
    wants(shop)
    [report] = made()
    found = {one["code"]: one for one in report.content["figures"]}
    reply = found[figures.FIRST_REPLY.code]
    assert (reply["value"], reply["before"], reply["usual"], reply["target"]) == (10.0, 20.0, 20.0, 12.0)
    opened = found[figures.OPENED.code]
    assert (opened["value"], opened["before"], opened["target"]) == (8.0, 5.0, None)
    lived(figures.OPENED.code, [99.0] * 7, until=date(2026, 3, 9))
    report.refresh_from_db()
    assert report.content["figures"] == list(found.values()), "it stays as it was"


def test_whoever_may_no_longer_read_is_told_nothing_and_places_keep_apart(shop: Shop) -> None:
    nanjing = Store.objects.get(code="nanjing")
    wants(shop, "admin")
    wants(shop, "admin", store=nanjing)
    Grant.objects.filter(user=shop.cast.people["admin"]).update(store=nanjing)
    assert len(made()) == 2
    told = Notice.objects.filter(kind="figures_report", user=shop.cast.people["admin"])
    assert [one.attributes["place"] for one in told] == [dict(nanjing.names)]


def test_only_ones_own_places_are_wanted_and_twice_is_once(shop: Shop) -> None:
    nanjing = Store.objects.get(code="nanjing")
    Grant.objects.filter(user=shop.cast.people["admin"]).update(store=nanjing)
    for store, every in ((None, "week"), (Store.objects.get(code="web"), "week"), (nanjing, "year")):
        with pytest.raises(FigureUnknown):
            wants(shop, store=store, every=every)
    for _ in range(2):
        wants(shop, store=nanjing)
    assert len(made()) == 1
    wants(shop, store=nanjing, is_wanted=False)
    assert list(reports_due(MONDAY + timedelta(days=7))) == []


def test_of_two_who_make_it_at_once_one_does(shop: Shop) -> None:
    wants(shop)
    due = Due("week", None, *WEEK)
    found = together(*(lambda: make_report(due, causes=[], at=MONDAY) for _ in range(4)))
    assert len({one.id for one in found}) == 1
    assert (Report.objects.count(), Notice.objects.filter(kind="figures_report").count()) == (1, 1)
