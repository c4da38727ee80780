"""Key nodes in a real browser: asked for, waited for, read on any width, made a goal."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.conduct.insight.models import NodeGoal
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.doors.desk.insight import tasks
from zhoudao.doors.desk.insight.tests.test_key_nodes import report_of
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_a_manager_finds_the_step_that_decides_and_makes_it_a_goal(
    shop: Shop, desk: Desk, width: int, is_dark: bool
) -> None:
    report = report_of(shop)
    page = desk("zhou", reverse("report", args=[report.id]), width=width, is_dark=is_dark)
    page.get_by_role("link", name="关键节点").click()
    page.get_by_role("button", name="查找关键节点").click()
    expect(page.locator("#study-waiting")).to_be_visible()
    tasks.find_key_nodes(str(report.id))
    cards = page.locator(".key-node")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("维修")
    expect(cards.first.locator("svg.picture rect.bar")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits"
    shot(page, f"key-nodes-{width}")
    cards.first.get_by_text("设定目标").click()
    cards.first.locator("[name=due]").fill((shop.now + timedelta(days=30)).date().isoformat())
    cards.first.locator("[name=owner]").select_option(label=str(shop.cast.people["zhou"]))
    shot(page, f"key-nodes-goal-{width}")
    cards.first.get_by_role("button", name="设定", exact=True).click()
    expect(cards.first.locator(".key-goal")).to_contain_text("减少 20 %")
    assert NodeGoal.objects.get().step == "维修"
    cards.first.get_by_role("link", name="查看个案").click()
    expect(page.locator(".insight-cases li")).to_have_count(100)
