"""The API for people, in a real browser: found while typing, opened by its address, on a phone in the dark."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("REQUIRE_ALL"), reason="Chromium is not installed"),
]


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop here; nothing async touches Django
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_an_operation_is_found_opened_and_read(browser: Browser, live_server: Any) -> None:
    page, complaints = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN"), []
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/api/v1/docs")
    expect(page.locator("h1")).to_have_text("如何开始")
    shot(page, "api")
    page.keyboard.press("/")
    page.keyboard.type("webhooks:write secret")
    expect(page.locator(".api-one:visible")).not_to_have_count(0)
    expect(page.locator("#group-cases")).to_be_hidden()
    page.locator(".api-one:visible summary", has_text="/secret").first.click()
    expect(page.locator(".api-one[open]")).to_contain_text("curl -X POST")
    shot(page, "api-found")
    page.fill("#api-search", "到店取号")
    expect(page.locator("#events h3:visible")).to_have_text(["到店与排队"])
    page.fill("#api-search", "nothingofthiskind")
    expect(page.locator("#api-nothing")).to_be_visible()
    page.goto(f"{live_server.url}/api/v1/docs#post-webhooks")
    page.reload()
    expect(page.locator("#post-webhooks")).to_have_attribute("open", "")
    assert complaints == []


def test_it_fits_a_phone_in_the_dark(browser: Browser, live_server: Any) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark", locale="zh-CN")
    page = phone.new_page()
    page.goto(f"{live_server.url}/api/v1/docs#post-webhooks")
    expect(page.locator("#post-webhooks")).to_have_attribute("open", "")
    phone.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#post-webhooks .api-copied button").click()
    expect(page.locator("#post-webhooks .api-copied button")).to_have_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()").startswith("curl -X POST")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "api-phone")
