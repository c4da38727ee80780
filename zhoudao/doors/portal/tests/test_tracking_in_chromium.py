"""Where an order is, in a customer's browser: within reach of everybody, no wider than their phone, without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from zhoudao.doors.portal.tests.test_home_in_chromium import serious, shot
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.parcels.commands.tracking import note_told
from zhoudao.rooms.parcels.links import tracking_path
from zhoudao.rooms.parcels.tests.depot import lines_of, ready, sent
from zhoudao.rooms.parcels.told import Said, Told

__all__ = ["pytestmark"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_an_order_is_followed_on_every_screen(
    shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Any
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    waiting, order = ready(at=shop.now), ready(at=shop.now)
    sent(order, lines={lines_of(order)[0]: 2}, at=shop.now)
    said = [Said(shop.now + timedelta(hours=hours), "in_transit", "已到达", "武汉转运中心") for hours in (1, 9)]
    note_told(told=Told("sf", "SF1234567890", tuple(said)), source="test", at=shop.now)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="zh-CN")
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        found = []
        for n, address in enumerate(("/t/", tracking_path(order.id), tracking_path(waiting.id))):
            page.goto(live_server.url + address)
            for summary in page.locator("details > summary").all():
                if not summary.evaluate("summary => summary.parentElement.open"):
                    summary.click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found.append(serious(page))
            shot(page, f"tracking-{n}-{width}-{scheme}")
        page.get_by_label("给我们留言").fill("周六能送吗？")
        page.locator("#ask button").click()
        assert "/help/sent/" in page.url
        browser.close()
        connections.close_all()
    assert [each for each in found if each] == []
    assert complaints == []
