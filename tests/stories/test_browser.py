"""One case from the customer's first word to the stars, in two browsers, through every process of the product."""

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect, sync_playwright

from tests.stories.conftest import CHROMIUM
from tests.stories.house import House
from tests.test_run import wait_for

if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed, and REQUIRE_ALL=1 allows no skip.")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.xdist_group("stories"),
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed"),
]
PATIENCE = 60_000  # milliseconds
QUESTION, ANSWER = "Hello, two of my six chairs are missing.", "The other two leave our warehouse today."


def test_a_customer_writes_and_everybody_does_their_part(house: House, browser: Browser, stranger: str) -> None:
    with browser.new_context(locale="en-GB") as customers, browser.new_context(locale="zh-CN") as agents:
        complaints = heard(customers)
        chat = chatting(customers.new_page(), stranger)
        number = asked(chat)
        desk = signed_in(house, agents.new_page(), number)
        expect(desk.locator(".case-main, #case").get_by_text(QUESTION).first).to_be_visible(timeout=PATIENCE)
        desk.locator("#case-side h2, #case-side h3").first.wait_for(timeout=PATIENCE)  # what loads by itself is there
        desk.locator("#reply-text").fill(ANSWER)
        desk.locator("#composer button.button-main").click()
        expect(chat.locator(".staff", has_text=ANSWER)).to_be_visible(timeout=PATIENCE)
        followed(customers, chat, number)
        desk.locator("[hx-get$='/do/resolve/']").first.click()
        desk.locator("#sheet-in input[name=cause]").first.check(force=True)
        desk.locator("#sheet-in button[type=submit]").click()
        chat.get_by_role("radio", name="4 of 5 stars").click(timeout=PATIENCE)
        expect(chat.get_by_text("Thank you!").first).to_be_visible(timeout=PATIENCE)
    case = house.sql(_ENDED, number=number)
    assert case == [{"status": "resolved", "score": 4, "credited": True}]
    assert complaints == []


def chatting(page: Page, address: str) -> Frame:
    """The widget, opened on somebody else's page."""
    page.goto(address)
    page.get_by_role("button", name="Open the chat").click(timeout=PATIENCE)
    page.locator("iframe").wait_for()
    frame = page.frames[-1]
    frame.get_by_role("textbox", name="Write a message…").wait_for(timeout=PATIENCE)
    return frame


def asked(chat: Frame) -> str:
    """The number of the case that the question became, as the customer sees it."""
    box = chat.get_by_role("textbox", name="Write a message…")
    box.fill(QUESTION)
    box.press("Enter")
    number = chat.locator("#case-number")
    expect(number).to_have_text(re.compile(r"C\d{4}-\d{6}"), timeout=PATIENCE)
    return number.inner_text().split()[-1]


def signed_in(house: House, page: Page, number: str) -> Page:
    """The case at its owner's desk."""
    wait_for(partial(has_owner, house, number), 60)
    (password,) = re.findall(r"all with the password \(shown only now\):\s+(\S+)", house.first_words)
    page.goto(f"{house.url}/desk/cases/{number}/")
    page.locator("[name=login]").fill(house.one(_OWNER, number=number))
    page.locator("[name=password]").fill(password)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(f"**/desk/cases/{number}/", timeout=PATIENCE)
    return page


def followed(customers: BrowserContext, chat: Frame, number: str) -> None:
    """The progress page opens from the chat, and names the case and whose turn it is."""
    with customers.expect_page() as opened:
        chat.get_by_role("link", name="Follow").click()
    page = opened.value
    expect(page.get_by_text(number).first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("It is your turn: please answer our last message.")).to_be_visible()
    page.close()


def has_owner(house: House, number: str) -> bool:
    return house.sql(_OWNER, number=number) != []


def heard(context: BrowserContext) -> list[str]:
    """What the browser complains of on the customer's side: broken policies and errors of ours."""
    complaints: list[str] = []
    context.on("console", lambda line: complaints.append(line.text) if "Security Policy" in line.text else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints


@pytest.fixture
def stranger(house: House) -> Iterator[str]:
    """A shop of somebody else, whose policy allows our script and our frame and nothing more."""
    page = f'<!doctype html><title>shop</title><h1>A shop</h1><script src="{house.url}/widget.js" async></script>'
    policy = f"default-src 'none'; script-src {house.url}; frame-src {house.url}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("localhost", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


_OWNER = "SELECT u.email FROM cases_case c JOIN accounts_user u ON u.id = c.owner_id WHERE c.number = %(number)s"
_ENDED = """
    SELECT c.status, r.score, r.member_id = c.owner_id AS credited
      FROM cases_case c LEFT JOIN voice_rating r ON r.case_id = c.id WHERE c.number = %(number)s
"""
