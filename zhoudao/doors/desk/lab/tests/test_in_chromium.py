"""The lab in a real browser: from a flow to a compared result by form and keys, and it fits a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.insight.models import Experiment
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.doors.desk.lab import tasks
from zhoudao.rooms.cases.tables import ensure_default_tables
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_a_manager_asks_what_if_and_reads_the_answer(shop: Shop, desk: Desk, width: int, is_dark: bool) -> None:
    ensure_default_tables(shop.now)
    ensure_shipped_flows(shop.now)
    page = desk("zhou", reverse("lab"), width=width, is_dark=is_dark)
    expect(page.locator("main")).to_contain_text("还没有")
    page.locator("select[name=flow]").select_option(label="退货 1")
    page.locator("button.button-main").click()
    expect(page.locator("h1")).to_have_text("退货 1")
    shot(page, f"lab-begun-{width}")
    page.get_by_role("button", name="如果").click()
    page.locator("[name=name]").fill("两人")
    page.locator("[name=people-0]").fill("2")
    page.locator("[name=faster-0]").fill("30")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the form fits"
    shot(page, f"lab-form-{width}")
    page.locator("[name=faster-0]").press("Enter")
    expect(page.locator(".lab-told").first).to_contain_text("1 → 2")
    run = page.get_by_role("button", name="仿真", exact=True)
    run.focus()
    run.press("Enter")
    expect(page.locator("progress")).to_be_visible()
    tasks.run_experiment(str(Experiment.objects.get().id))
    expect(page.locator(".lab-table")).to_be_visible()
    expect(page.locator(".lab-verdict").first).to_contain_text("明显")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the result fits"
    shot(page, f"lab-result-{width}")
