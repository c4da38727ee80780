"""The customers' pages in a real browser, under the pages' strict policy."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.replying import note_on_case, reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.commands import Claim, find_or_create_customer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed.")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]


@pytest.fixture
def shop(settings: Any) -> Shop:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    case = shop.hears("洗衣机不转了，已经第二次了")
    claims = [Claim("visitor", "visitor-1", scope="webchat"), Claim("phone", "13812348000", verified=True)]
    claims += [Claim("email", "wang.xm@example.com")]
    find_or_create_customer(claims=claims, name="王小明", at=shop.now, by=By("system:test"))
    lead = shop.viewer("zhao")
    shop.later(minutes=4)
    reply_to_case(case_id=case.id, text="您好，请问是哪一台？", viewer=lead, at=shop.now, real_now=shop.now)
    shop.later(minutes=3)
    note_on_case(case_id=case.id, text="老客户，上个月修过一次", viewer=lead, at=shop.now)
    shop.hears("阳台那台滚筒的，型号 G8")
    return case


@pytest.fixture
def page(shop: Shop, live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """A team lead's page; whatever breaks the policy or throws fails the test."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop here; nothing async touches Django
    client = Client()
    client.force_login(shop.cast.people["zhao"], backend="zhoudao.ground.accounts.backends.WithGrants")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own
    assert complaints == []


def test_a_customer_is_found_opened_looked_at_and_edited(page: Page, live_server: Any, case: Case) -> None:
    page.goto(f"{live_server.url}/desk/customers/")
    page.locator("#search").fill("138 1234 8000")
    page.locator("#search").press("Enter")
    shot(page, "people")
    page.locator(".who-link").click()
    expect(page.locator("h1")).to_have_text("王小明")
    expect(page.locator("#history .happened-words").first).to_have_text("阳台那台滚筒的，型号 G8")
    shot(page, "person")
    page.locator(".known-one", has_text="138****8000").locator("button").click()
    page.locator("#sheet button[type=submit]").click()
    expect(page.locator("#sheet output")).to_have_text("+8613812348000")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.locator("#sheet select[name=value_class]").select_option("vip")
    page.locator("#sheet .choice", has_text="问卷调查").click()
    shot(page, "edit")
    page.locator("#sheet button[type=submit]").click()
    expect(page.locator(".person-head .chip-vip")).to_be_visible()
    expect(page.locator(".consents .chip-good")).to_have_text("问卷调查")
    page.locator("a.linkish", has_text=case.number).first.click()
    expect(page.locator("#case-side .who-link")).to_have_text("王小明")
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("王小明")


def shot(page: Page, name: str) -> None:
    """For people who want to look: SHOTS names a folder; light and dark, desk and phone."""
    if folder := os.environ.get("SHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width, height in ((1440, 900), (390, 844)):
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(250)
                page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png")
        page.set_viewport_size({"width": 1440, "height": 900})
