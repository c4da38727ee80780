"""On the phone: the label is photographed, read, looked at and sent; no script is needed."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.doors.portal.tests.test_repairs import path_of
from zhoudao.doors.portal.tests.test_returns_in_chromium import Looks
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.repairs.models import PhotoReading, Repair
from zhoudao.rooms.repairs.tests.photos import described, label, read_now
from zhoudao.rooms.repairs.tests.workshop import sold

__all__ = ["pytestmark"]


def test_a_photographed_label_fills_the_form_on_the_phone(
    shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    described(shop.now)
    order = sold(shop.now)
    (tmp_path / "label.jpg").write_bytes(label(level=1))
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark", locale="zh-CN")
        looks = Looks(page, 390, "dark")
        page.goto(f"{live_server.url}{path_of(order)}?language=zh-hans")
        looks.at("photo-first")
        page.locator("#plate-photo").set_input_files(tmp_path / "label.jpg")
        page.get_by_role("button", name="识别照片").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("正在识别您的照片")
        looks.at("photo-read")
        read_now(PhotoReading.objects.get(), shop.now)
        expect(page.get_by_label("序列号")).to_have_value("ZD0815KQRS", timeout=8_000)  # the page goes on by itself
        looks.at("photo-filled")
        page.get_by_label("漏水", exact=True).check()
        page.get_by_role("button", name="提交维修申请").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert looks.found == []
        chromium.close()
        connections.close_all()
    assert Repair.objects.get().device.serial_key == "ZD0815KQRS"
