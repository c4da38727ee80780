"""A report in a real browser: the map draws itself, sliders and keys work, and it fits a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.conduct.insight.reporting import ask_report_of_file
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.doors.desk.insight import tasks
from zhoudao.doors.desk.insight.tests.test_reports import LOG
from zhoudao.rooms.cases.tests.shop import Shop

pytestmark = IN_BROWSER


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_the_map_is_drawn_and_every_part_of_it_opens_its_cases(
    shop: Shop, desk: Desk, width: int, is_dark: bool
) -> None:
    viewer = shop.viewer("zhou")
    report = ask_report_of_file(name="tickets.csv", content=LOG.encode(), zone="UTC", viewer=viewer, at=shop.now)
    tasks.make_report(str(report.id))
    page = desk("zhou", reverse("report", args=[report.id]), width=width, is_dark=is_dark)
    page.locator(".process-map").scroll_into_view_if_needed()
    expect(page.locator("svg.process .step")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits"
    shot(page, f"report-{width}")
    page.locator("[data-control=steps]").fill("50")
    expect(page.locator("svg.process .step")).to_have_count(2)
    page.locator("[data-control=metric]").select_option("median")
    expect(page.locator("svg.process.is-long")).to_be_visible()
    step = page.locator("svg.process .step").first
    step.focus()
    expect(page.locator(".process-map output")).to_contain_text("20")
    step.press("Enter")
    expect(page.locator("h1")).to_contain_text("的个案")
    expect(page.locator(".insight-cases li")).to_have_count(20)
