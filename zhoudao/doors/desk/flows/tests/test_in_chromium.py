"""The drawings in a real browser, under the pages' strict policy."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, expect, sync_playwright

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.tests.bench import Bench, a_bench
from zhoudao.doors.desk.flows.tests.test_pages import signed_in
from zhoudao.rooms.cases.tables import ensure_default_tables

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed.")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]


@pytest.fixture
def bench(settings: Any) -> Bench:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    bench = a_bench()
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    bench.case.kind = "complaint"
    bench.case.save()
    bench.opens()
    return bench


@pytest.fixture
def page(bench: Bench, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """An administrator's page; whatever breaks the policy or throws fails the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop here; nothing async touches Django
    cookie = signed_in(bench, "admin").cookies["sessionid"].value
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own
    assert complaints == []


def test_a_step_is_filled_in_and_done_beside_its_case(page: Page, live_server: Any, bench: Bench) -> None:
    page.goto(f"{live_server.url}/desk/cases/{bench.case.number}/")
    panel = page.locator("#flow-panel")
    expect(panel.locator("g.is-current")).to_have_attribute("data-element", "investigate")
    panel.locator("textarea[name=finding]").fill("运输磕碰")
    panel.locator("select[name=responsible_department]").select_option("order_processing")
    shot(page, "panel")
    panel.locator(".flow-open").click()
    expect(page.locator("#sheet .flow-whole g[data-element=done]")).to_be_visible()
    shot(page, "whole")
    page.keyboard.press("Escape")
    panel.locator("button[type=submit]").click()
    expect(panel.locator("g.is-current")).to_have_attribute("data-element", "answer")
    assert bench.open_elements() == ["answer"]


def shot(page: Page, name: str) -> None:
    """For people who want to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")
