"""A time is booked on a phone: every page of the way fits it, and is within reach of everybody."""

from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from zhoudao.doors.portal.tests.test_bookings import address, salon
from zhoudao.doors.portal.tests.test_home_in_chromium import serious, shot
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.rooms.bookings.models import Booking
from zhoudao.rooms.bookings.tests.salon import WEDNESDAY, Salon

__all__ = ["pytestmark", "salon"]


def test_from_a_day_to_a_booking(salon: Salon, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    found: list[list[str]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark", locale="zh-CN")
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))

        def look(name: str) -> None:
            page.wait_for_load_state()  # a click waits for an answer, not for its page
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
            found.append(serious(page))
            shot(page, f"book-{name}")

        page.goto(f"{live_server.url}/book/")
        look("what")
        page.goto(live_server.url + address(salon, day=f"{WEDNESDAY}"))
        look("when")
        page.get_by_role("button", name="10:00").click()
        look("who")
        page.get_by_label("您的名字").fill("王小姐")
        page.get_by_role("button", name="确认预约").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look("refused")
        page.get_by_label("电话").fill("13812348000")
        page.get_by_role("button", name="确认预约").click()
        expect(page.locator(".number strong")).to_have_text(Booking.objects.get().number or "")
        look("booked")
        page.get_by_role("link", name="换个时间").click()
        look("move")
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own
    assert [each for each in found if each] == []
    assert complaints == []
