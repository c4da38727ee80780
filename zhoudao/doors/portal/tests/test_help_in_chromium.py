"""A customer writes on the help page, on a phone, with JavaScript switched off."""

import os
from typing import Any

import pytest
from django.db import connections, transaction
from playwright.sync_api import expect, sync_playwright

from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel

__all__ = ["pytestmark"]


def test_a_form_is_sent_without_javascript(shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    monkeypatch.setattr(guard, "LEAST_SECONDS", -1)
    Channel.objects.create(code="help", kind="form", store=shop.cast.stores["web"])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN", color_scheme="dark"
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/help/")
        _shot(page, "help-needs-dark")
        page.get_by_text("退换或维修").click()
        page.get_by_label("发生了什么").fill("磨豆机声音很大")
        page.get_by_label("电话").fill("13812348000")
        _shot(page, "help-form-dark")
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_role("status")).to_contain_text("工单号")
        with transaction.atomic():
            dispatch.drain()
        expect(page.locator(".big-number")).to_have_text(Case.objects.get().number)
        _shot(page, "help-sent-dark")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")
        page.goto(f"{live_server.url}/help/return/")
        _shot(page, "help-form")
        page.get_by_role("link", name="English").click()
        expect(page.locator("h1")).to_have_text("Return, exchange or repair")
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own


def _shot(page: Any, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
