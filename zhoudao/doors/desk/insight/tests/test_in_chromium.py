"""A report in a real browser: the map draws itself, sliders and keys work, and it fits a phone; its cases are filtered
while the analyst answers.
"""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import expect

from zhoudao.conduct.insight.models import Question
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
    expect(page.locator(".process-acts")).to_contain_text("20")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("的个案")
    expect(page.locator(".insight-cases li")).to_have_count(20)


@pytest.fixture
def analyst() -> Iterator[None]:
    """Answers whatever is asked, as the analyst's process does."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.05):
            for question in Question.objects.filter(answer=None, is_failed=False):
                tasks.answer_question(str(question.id))
        connection.close()

    working = threading.Thread(target=work)
    working.start()
    yield
    stop.set()
    working.join()


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
@pytest.mark.usefixtures("analyst")
def test_cases_are_filtered_twice_opened_and_one_filter_is_taken_away(
    shop: Shop, desk: Desk, width: int, is_dark: bool
) -> None:
    rows = LOG.replace("3,close,", "3,reopen,").replace("5,open,", "5,call,")
    report = ask_report_of_file(
        name="tickets.csv", content=rows.encode(), zone="UTC", viewer=shop.viewer("zhou"), at=shop.now
    )
    tasks.make_report(str(report.id))
    page = desk("zhou", reverse("report", args=[report.id]), width=width, is_dark=is_dark)
    page.locator(".filters-add > summary").focus()
    page.keyboard.press("Enter")
    shot(page, f"filter-forms-{width}")
    form = page.locator(".filters-forms form").nth(1)
    form.locator("select").select_option(label="open")
    form.get_by_role("button", name="只看这些").click()
    expect(page.locator("#narrowed")).to_contain_text("20 个个案中的 18 个")
    expect(page.locator("svg.process .step")).to_have_count(4)
    shot(page, f"filtered-{width}")
    page.locator("svg.process .step", has_text="reopen").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="排除这些").first.click()
    expect(page.locator("#narrowed")).to_contain_text("20 个个案中的 16 个")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits"
    page.locator("[data-control=play]").click()
    expect(page.locator(".tokens circle")).to_have_count(16)
    page.locator("#narrowed a.figure").first.click()
    expect(page.locator(".insight-cases li")).to_have_count(16)
    page.go_back()
    page.get_by_role("link", name="去掉：没有“reopen”").click()
    expect(page.locator("#narrowed")).to_contain_text("20 个个案中的 18 个")
