"""A manager's browser; whatever breaks the pages' policy or throws fails the test."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, sync_playwright

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.tests.bench import Bench, a_bench
from zhoudao.doors.desk.flows.tests.test_pages import signed_in
from zhoudao.rooms.cases.tables import ensure_default_tables

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def shop(transactional_db: None) -> Bench:
    """The shop with the shipped flows and tables."""
    bench = a_bench()
    ensure_default_tables(bench.now)
    ensure_shipped_flows(bench.now)
    return bench


@pytest.fixture
def page(shop: Bench, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """An administrator's page."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop here; nothing async touches Django
    cookie = signed_in(shop, "admin").cookies["sessionid"].value
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=live_server.url)
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own
    assert complaints == []


def shot(page: Page, name: str) -> None:
    """For people who want to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")
