"""A customer comes in by the front door, on a phone, and everything there is within reach of everybody."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page, expect, sync_playwright

from zhoudao.doors.portal.tests.test_home import MAIL, wrote
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.entrances.codes import code_of
from zhoudao.rooms.entrances.models import Challenge
from zhoudao.rooms.entrances.tiles import ensure_shipped_tiles

__all__ = ["pytestmark"]
AXE = Path(__file__).parents[4] / "node_modules/axe-core/axe.min.js"  # put there by `make dev`
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_customer_signs_in_by_code_and_finds_their_case(
    shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch, width: int, scheme: Any
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    ensure_shipped_tiles()
    for code, kind in (("help", "form"), ("mail", "email")):
        Channel.objects.create(code=code, kind=kind, store=shop.cast.stores["web"])
    case = wrote(shop, "洗衣机漏水，什么时候来修？")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, locale="zh-CN")
        complaints: list[str] = []
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/portal/")
        found = [serious(page)]
        page.get_by_role("link", name="登录").first.click()
        page.get_by_label("邮箱地址").fill(MAIL)
        found.append(serious(page))
        page.get_by_role("button", name="发送验证码").click()
        expect(page.get_by_label("验证码")).to_be_focused()
        page.get_by_label("验证码").fill(code_of(Challenge.objects.get().id))
        found.append(serious(page))
        page.get_by_role("button", name="继续").click()
        page.get_by_text("洗衣机漏水").click()
        expect(page.locator(".number strong")).to_have_text(case.number)
        for address in (
            f"/portal/cases/{case.number}/",
            "/portal/",
            "/portal/cases/",
            "/portal/me/",
            "/portal/stores/",
        ):
            page.goto(live_server.url + address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found.append(serious(page))
            shot(page, f"portal-{address.strip('/').replace('/', '-')}-{width}-{scheme}")
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own
    assert [each for each in found if each] == []
    assert complaints == []


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    violations = page.evaluate("(rules) => axe.run(document, rules).then((result) => result.violations)", RULES)
    return [
        f"{page.url}: {one['id']} at {[node['target'] for node in one['nodes'][:3]]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
    ]


def shot(page: Page, name: str) -> None:
    """For people who want to look: SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
