"""A courier is ordered from the phone: the ways compared, day and time chosen, named, moved; without scripts."""

from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.doors.portal.tests.test_return_pickups import ZHAO, hears
from zhoudao.doors.portal.tests.test_returns import path_of
from zhoudao.doors.portal.tests.test_returns_in_chromium import Looks
from zhoudao.rooms.aftersales.tests.returns import asked, delivered
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.pickups.answers import ASSIGNED
from zhoudao.rooms.pickups.models import Pickup
from zhoudao.rooms.pickups.tests.fetching import ready
from zhoudao.rooms.stock.models import Warehouse

__all__ = ["pytestmark"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_courier_is_ordered_named_and_moved(
    shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Any
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    order = delivered(at=shop.now)
    ready()
    Warehouse.objects.exclude(code="back").update(closed_at=shop.now)
    request = asked(order, at=shop.now)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="zh-CN")
        looks = Looks(page, width, scheme)
        page.on("console", lambda line: looks.complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{live_server.url}{path_of(order)}{request.number}/")
        looks.at("pickup-ways")
        page.get_by_role("link", name="选日期和时间").click()
        page.get_by_label("11:00–13:00").last.check()
        looks.at("pickup-choose")
        page.get_by_role("button", name="预约上门取件").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("正在为您预约快递员。")
        hears(shop, ASSIGNED, courier=ZHAO)
        page.reload()
        expect(page.get_by_text(ZHAO.name)).to_be_visible()
        page.get_by_text("换个时间").click()
        looks.at("pickup-named")
        page.goto(f"{live_server.url}{path_of(order)}{request.number}/")
        looks.at("pickup-return")
        browser.close()
        connections.close_all()
    assert (looks.found, looks.complaints) == ([], [])
    assert Pickup.objects.get().state == "assigned"
