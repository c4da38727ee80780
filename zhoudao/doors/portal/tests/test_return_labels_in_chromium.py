"""A prepaid label is got from the phone: named among the ways, chosen, printed, its barcode shown; without scripts."""

from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.doors.portal.tests.test_returns import path_of
from zhoudao.doors.portal.tests.test_returns_in_chromium import Looks
from zhoudao.rooms.aftersales.tests.returns import asked, delivered
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.fulfilment.commands.sheets import finish_sheet
from zhoudao.rooms.fulfilment.models import LabelSheet
from zhoudao.rooms.pickups.tests.fetching import ready
from zhoudao.rooms.return_labels.models import PrepaidNumber
from zhoudao.rooms.return_labels.tests.pool import brought
from zhoudao.rooms.stock.models import Warehouse

__all__ = ["pytestmark"]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_label_is_chosen_made_and_shown(
    shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Any
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    order = delivered(at=shop.now)
    ready()
    Warehouse.objects.exclude(code="back").update(closed_at=shop.now)
    [number] = brought(1, at=shop.now)
    brought(1, carrier="zto", at=shop.now)
    request = asked(order, at=shop.now)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="zh-CN")
        looks = Looks(page, width, scheme)
        page.on("console", lambda line: looks.complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{live_server.url}{path_of(order)}{request.number}/")
        looks.at("label-ways")
        page.get_by_role("link", name="领取面单").click()
        page.get_by_label("顺丰速运").check()
        looks.at("label-choose")
        page.get_by_role("button", name="领取面单").click()
        expect(page.get_by_text("面单正在生成")).to_be_visible()
        looks.at("label-awaited")
        finish_sheet(LabelSheet.objects.get(), b"%PDF-1.4")
        expect(page.get_by_role("link", name="打开面单打印")).to_be_visible()  # the page asks again by itself
        looks.at("label-made")
        page.get_by_role("button", name="已寄出", exact=True).click()
        expect(page.get_by_text("谢谢，我们会留意查收。")).to_be_visible()
        looks.at("label-sent")
        browser.close()
        connections.close_all()
    assert (looks.found, looks.complaints) == ([], [])
    assert PrepaidNumber.objects.get(number=number).request_id == request.id
    request.refresh_from_db()
    assert request.state == "sent"
