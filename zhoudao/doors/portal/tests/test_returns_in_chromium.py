"""One of three things goes back from the phone: picked, photographed, sent, followed; also without scripts."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, expect, sync_playwright

from zhoudao.doors.portal.tests.test_home_in_chromium import serious, shot
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.rooms.aftersales.commands.inspecting import Finding
from zhoudao.rooms.aftersales.models import ReturnRequest
from zhoudao.rooms.aftersales.tests.returns import PNG, delivered, found, here
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.parcels.links import tracking_path

__all__ = ["pytestmark"]


@dataclass
class Looks:
    """Somebody with a page of this width, who notes what axe and the browser complain of."""

    page: Page
    width: int
    scheme: str
    found: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def at(self, name: str) -> None:
        self.page.wait_for_load_state()  # a click waits for an answer, not for its page
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.width, name
        self.found += serious(self.page)
        shot(self.page, f"returns-{name}-{self.width}-{self.scheme}")


def asks(looks: Looks, folder: Path) -> None:
    """One of two chairs, as it is faulty; first with what is no photo."""
    page = looks.page
    (folder / "chair.png").write_bytes(PNG)
    (folder / "note.txt").write_text("no picture")
    page.get_by_role("link", name="退货或反映问题").click()
    looks.at("pick")
    page.get_by_label("餐椅").fill("1")
    page.get_by_label("质量问题").check()
    page.get_by_role("button", name="看看可以怎么办").click()
    looks.at("ways")
    page.get_by_role("radio", name="退货退款").check()
    page.get_by_label("具体是什么情况？").fill("坐上去会晃")
    page.locator("#return-photos").set_input_files(folder / "note.txt")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("alert")).to_contain_text("打不开的图片")
    expect(page.get_by_label("具体是什么情况？")).to_have_value("坐上去会晃")
    looks.at("refused")
    looks.complaints.clear()  # Chromium says of the 422 that it was one
    page.locator("#return-photos").set_input_files(folder / "chair.png")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已同意，请寄回给我们。")
    looks.at("agreed")


def sends(looks: Looks) -> None:
    """With the slip in the parcel, by a carrier they name."""
    page = looks.page
    page.get_by_role("link", name="包裹内附单").click()
    looks.at("slip")
    page.go_back()
    page.get_by_label("承运商").select_option("sf")
    page.get_by_label("运单号").fill("SF 9988776655")
    page.get_by_role("button", name="已寄出").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在寄回的路上。")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_one_of_three_things_goes_back_and_its_money_comes(
    shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, width: int, scheme: Any
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    order = delivered(at=shop.now)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="zh-CN")
        looks = Looks(page, width, scheme)
        page.on("console", lambda line: looks.complaints.append(line.text) if line.type == "error" else None)
        page.goto(live_server.url + tracking_path(order.id))
        asks(looks, tmp_path)
        request = ReturnRequest.objects.get()
        assert (request.photos.count(), request.pieces.count()) == (1, 1)
        sends(looks)
        here(request, at=shop.now)
        found(request, Finding("CH-1", 1, "damaged", "scrap", lost_percent=30), at=shop.now)
        page.reload()
        expect(page.get_by_text("价值折损 30 %")).to_be_visible()
        looks.at("inspected")
        page.goto(live_server.url + tracking_path(order.id))
        expect(page.get_by_role("link", name=request.number)).to_be_visible()
        looks.at("tracking")
        browser.close()
        connections.close_all()
    assert looks.found == []
    assert looks.complaints == []


def test_it_works_without_scripts(shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    order = delivered(at=shop.now)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN")
        page.goto(f"{live_server.url}{tracking_path(order.id)}return/?language=en")
        page.get_by_label("台灯").check()
        page.get_by_label("I changed my mind").check()
        page.get_by_role("button", name="Show me what is possible").click()
        page.get_by_role("button", name="Ask for this").click()
        page.get_by_text("I do not want to return it any more").click()
        page.get_by_role("button", name="Withdraw it").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("It was withdrawn.")
        browser.close()
        connections.close_all()
    assert ReturnRequest.objects.get().state == "cancelled"
