"""Reports are made by the analyst with what complaints came from."""

from datetime import timedelta

import pytest

from zhoudao.doors.clock.reporting import make_reports
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.targets.models import Report
from zhoudao.rooms.targets.reporting import subscribe

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def test_a_report_is_made_once_and_says_what_complaints_came_from(shop: Shop) -> None:
    cases = [shop.hears("我要投诉！", who=f"v{number}") for number in range(3)]
    closed = {"status": "closed", "outcome": "solved", "resolved_at": shop.now, "closed_at": shop.now}
    for case, cause in zip(cases, ("quality", "quality", "logistics"), strict=True):
        Case.objects.filter(id=case.id).update(kind="complaint", cause=cause, **closed)
    subscribe(viewer=shop.viewer("admin"), every="week", store_id=None, is_wanted=True, at=shop.now)
    shop.later(days=7)
    assert make_reports(at=shop.now) == 1
    assert make_reports(at=shop.now + timedelta(hours=1)) == 0
    [report] = Report.objects.all()
    assert [(one["code"], one["cases"]) for one in report.content["causes"]] == [("quality", 2), ("logistics", 1)]
