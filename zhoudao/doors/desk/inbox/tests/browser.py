"""The desk in a real browser, under the pages' strict policy. Tests take the fixture `desk` from here."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from zhoudao.rooms.cases.tests.shop import Shop

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed.")
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]
Desk = Callable[..., Page]
expect.set_options(timeout=20_000)  # milliseconds: a busy machine draws late


@pytest.fixture
def desk(
    shop: Shop, sign_in: Callable[[str], Client], live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Opens an address as somebody, `desk("zhao", "/desk/")`; whatever breaks the policy or throws fails the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop here; nothing async touches Django
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])

        def enter(name: str, address: str, *, width: int = 1440, is_dark: bool = False) -> Page:
            context = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme="dark" if is_dark else "light"
            )
            cookie = sign_in(name).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
            page = context.new_page()
            page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.goto(live_server.url + address)
            return page

        yield enter
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own
    assert complaints == [], complaints


def shot(page: Page, name: str) -> None:
    """For people who want to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")
