"""The main job in a real browser: a pilot is planned, its stores are chosen, it starts and is read; it fits a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.models import Finding, Pilot
from zhoudao.conduct.pilots.tests.street import CODES, Street, eight_weeks
from zhoudao.conduct.pilots.watching import watch_pilots
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, shot
from zhoudao.doors.desk.pilots import tasks

pytestmark = IN_BROWSER
Desk = Callable[..., Page]


@pytest.fixture
def at_desk(desk: Desk, sign_in: Callable[[str], Client]) -> Desk:
    """Opens an address as the street's manager."""
    sign_in("process_manager")
    return lambda address, **how: desk("process_manager", address, **how)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def six_weeks(street: Street, chosen: set[str]) -> None:
    """The chosen stores are done sooner than the others."""
    street.now += timedelta(days=42)
    for code in CODES:
        street.lives(code, 42, hours=12.0 if code in chosen else 30.0)


@pytest.mark.parametrize(("width", "is_dark"), [(1440, False), (390, True)])
def test_a_pilot_is_planned_started_and_read(street: Street, at_desk: Desk, width: int, is_dark: bool) -> None:
    eight_weeks(street)
    page = at_desk(reverse("pilot_new"), width=width, is_dark=is_dark)
    assert fits(page), "the form"
    page.locator("[name=name]").fill("门店自己决定")
    page.locator("[name=question]").fill("投诉是否更快解决？")
    page.locator("[name=change]").fill("门店可直接退换")
    page.locator("[name=kind]").select_option("complaint")
    page.locator("[name=also][value=satisfaction]").check()
    page.locator("[name=least]").fill("9")
    page.locator("[name=start]").fill("2026-03-10")
    shot(page, f"pilot-new-{width}")
    page.locator("[name=least]").press("Enter")
    expect(page.locator("#stores")).to_be_visible()
    pilot = Pilot.objects.get()
    tasks.find(str(pilot.id), Finding.Of.PLAN)
    page.locator("#stores a.button").click()  # the page comes anew by itself once it is found
    expect(page.locator("#stores input[value=pilot]:checked")).to_have_count(2)
    shot(page, f"pilot-stores-{width}")
    with page.expect_navigation():
        page.locator("#stores button[type=submit]").click()
    tasks.find(str(pilot.id), Finding.Of.PLAN)
    expect(page.locator("#stores svg")).to_be_visible(timeout=15_000)
    assert fits(page), "the plan"
    first = page.locator("#checklist button[name=done]").first
    first.focus()
    first.press("Enter")
    expect(page.locator("#checklist .chip-good")).to_have_count(1)
    page.locator("form[action$='start/'] [name=reason]").fill("赶时间")
    page.locator("form[action$='start/'] button").click()
    expect(page.locator(".pilot-stages .is-here")).to_have_text("运行")
    chosen = set(pilot.places.filter(side="pilot").values_list("store__code", flat=True))
    six_weeks(street, chosen)
    watch_pilots(at=street.now)
    ask_finding(pilot, Finding.Of.COMPARISON, at=street.now)
    tasks.find(str(pilot.id), Finding.Of.COMPARISON)
    page.reload()
    expect(page.locator(".pilot-watch li")).to_have_count(2)
    shot(page, f"pilot-{width}")
    page.locator(".page-head a.button-main").click()
    expect(page.locator(".pilot-measure")).to_have_count(2)
    expect(page.locator(".pilot-measure .chip-good")).to_be_visible()
    assert fits(page), "the comparison"
    shot(page, f"pilot-comparison-{width}")
    page.locator(".pilot-measure table a").nth(1).click()
    expect(page.locator("tbody tr")).to_have_count(100)
    assert fits(page), "the cases"
