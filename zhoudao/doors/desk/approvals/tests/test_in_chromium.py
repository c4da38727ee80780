"""Goodwill in a real browser: asked by keyboard, approved by keyboard, under the pages' strict policy."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.customers.commands.organisations import OrganisationSaid, add_contact, save_organisation
from zhoudao.rooms.teamwork.authority import ensure_default_limits
from zhoudao.rooms.teamwork.goodwill import grant_goodwill
from zhoudao.rooms.teamwork.models import Goodwill

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
    shop = open_shop()
    ensure_default_limits()
    return shop


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("洗衣机不转了，已经第二次了")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps a loop here; nothing async touches Django
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own


def page_of(browser: Browser, shop: Shop, who: str, url: str, complaints: list[str]) -> Page:
    client = Client()
    client.force_login(shop.cast.people[who], backend="zhoudao.ground.accounts.backends.WithGrants")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])
    page = context.new_page()
    page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def test_asked_by_one_and_approved_by_another(browser: Browser, live_server: Any, shop: Shop, case: Case) -> None:
    complaints: list[str] = []
    wang = page_of(browser, shop, "wang", live_server.url, complaints)
    wang.goto(f"{live_server.url}/desk/cases/{case.number}/")
    expect(wang.locator("#goodwill")).to_be_visible()
    wang.keyboard.press("h")
    wang.locator("#sheet input[name=amount]").fill("300")
    wang.locator("#sheet textarea").fill("第二次坏了，客户很着急")
    shot(wang, "grant")
    wang.locator("#sheet button[type=submit]").click()
    expect(wang.locator("#goodwill .chip")).to_have_text("待批准")
    shot(wang, "goodwill")
    zhao = page_of(browser, shop, "zhao", live_server.url, complaints)
    zhao.goto(f"{live_server.url}/desk/")
    expect(zhao.locator("#approvals-count .view-count")).to_have_text("1")
    shot(zhao, "count")
    zhao.goto(f"{live_server.url}/desk/approvals/")
    shot(zhao, "approvals")
    zhao.keyboard.press("n")
    expect(zhao.locator("h1")).to_contain_text("¥300.00")
    shot(zhao, "approval")
    zhao.keyboard.press("y")
    expect(zhao.locator(".blank")).to_be_visible()
    assert Goodwill.objects.get().state == "granted"
    zhao.goto(f"{live_server.url}/desk/approvals/limits/")
    expect(zhao.locator("td", has_text="赵敏")).to_be_visible()
    shot(zhao, "authority")
    assert complaints == []


def test_pages_of_customers_that_need_looking_at(browser: Browser, live_server: Any, shop: Shop, case: Case) -> None:
    complaints: list[str] = []
    said = OrganisationSaid(
        "海星贸易", adviser_id=shop.cast.people["wang"].pk, tier="value_added", domains=["hx.example"]
    )
    one = save_organisation(said=said, at=shop.now, by=By("user:x"))
    add_contact(organisation_id=one.id, customer_id=case.customer_id, at=shop.now, by=By("user:x"))
    Case.objects.filter(id=case.id).update(organisation=one)
    viewer = shop.viewer("wang")
    grant_goodwill(case_id=case.id, kind="gift", amount=Money(5000, "CNY"), reason="x", viewer=viewer, at=shop.now)
    admin = page_of(browser, shop, "admin", live_server.url, complaints)
    for name, path in (
        ("organisations", "/desk/customers/organisations/"),
        ("organisation", f"/desk/customers/organisations/{one.id}/"),
        ("organisation-edit", f"/desk/customers/organisations/{one.id}/edit/"),
        ("privacy", f"/desk/customers/{case.customer_id}/privacy/"),
        ("limits", "/desk/approvals/limits/"),
    ):
        admin.goto(f"{live_server.url}{path}")
        expect(admin.locator("h1")).to_be_visible()
        wide = admin.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, path
        shot(admin, name)
    assert complaints == []


def shot(page: Page, name: str) -> None:
    """For people who want to look: SHOTS names a folder; light and dark, desk and phone."""
    if folder := os.environ.get("SHOTS"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width, height in ((1440, 900), (390, 844)):
                page.set_viewport_size({"width": width, "height": height})
                page.wait_for_timeout(200)
                page.screenshot(path=f"{folder}/{name}-{scheme}-{width}.png")
        page.set_viewport_size({"width": 1440, "height": 900})
