"""The widget on a stranger's page whose policy allows our origin in script-src and frame-src, and nothing more."""

import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, FilePayload, Frame, Page, expect, sync_playwright

from zhoudao.doors.portal.tests.conftest import answer, solve
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.voice.models import Rating

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
if not CHROMIUM and os.environ.get("REQUIRE_ALL"):
    raise RuntimeError("Chromium is not installed.")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")]


@pytest.fixture
def stranger(live_server: Any) -> Iterator[str]:
    """Somebody else's server on a port of its own, as strict as can be."""
    page = f'<!doctype html><title>shop</title><h1>A shop</h1><script src="{live_server.url}/widget.js" async></script>'
    policy = f"default-src 'none'; script-src {live_server.url}; frame-src {live_server.url}"

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", f"{policy}; require-trusted-types-for 'script'")
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
def chromium() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(shop: Shop, stranger: str, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(stranger)
    yield page
    context.close()
    connections.close_all()
    assert complaints == []


def opened(page: Page) -> Frame:
    """The chat's frame, once it is shown."""
    page.get_by_role("button", name="Open the chat").click()
    page.locator("iframe").wait_for()
    frame = page.frames[-1]
    frame.get_by_role("textbox", name="Write a message…").wait_for()
    return frame


def say(frame: Frame, text: str) -> None:
    box = frame.get_by_role("textbox", name="Write a message…")
    box.fill(text)
    box.press("Enter")


def test_from_the_first_word_to_the_stars(shop: Shop, page: Page) -> None:
    frame = opened(page)
    say(frame, "Hello, where is my table?")
    frame.locator(".visitor:not(.unsent)", has_text="where is my table").wait_for()
    dispatch.drain()
    case = Case.objects.get()
    expect(frame.locator("#case-number")).to_have_text(f"Case {case.number}", timeout=8000)
    shop.later(minutes=1)
    case = answer(shop, case, "It arrives tomorrow.")
    expect(frame.locator(".staff", has_text="It arrives tomorrow.")).to_be_visible(timeout=8000)
    expect(frame.locator("#case-state")).to_have_text("Your turn: please answer")
    solve(shop, case)
    frame.get_by_role("radio", name="4 of 5 stars").click(timeout=8000)
    expect(frame.get_by_text("Thank you! You can change this for 24 hours.")).to_be_visible()
    assert Rating.objects.get().score == 4
    href = frame.get_by_role("link", name="Follow").get_attribute("href")
    assert href == f"/p/{case.progress_token}/"


def test_what_is_written_offline_arrives_once_and_in_order(page: Page) -> None:
    frame = opened(page)
    say(frame, "one")
    frame.locator(".visitor:not(.unsent)", has_text="one").wait_for()
    page.context.set_offline(True)
    for text in ("two", "three"):
        say(frame, text)
    expect(frame.locator(".unsent.waiting")).not_to_have_count(0)
    expect(frame.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    expect(frame.locator(".visitor:not(.unsent)")).to_have_count(3, timeout=8000)
    assert list(Message.objects.order_by("created_at").values_list("text", flat=True)) == ["one", "two", "three"]
    expect(frame.locator("#offline")).to_be_hidden()


def test_an_answer_lost_on_the_way_does_not_double_the_message(page: Page) -> None:
    frame = opened(page)
    lost: list[bool] = []

    def lose_first(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(True)
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/messages*", lose_first)
    say(frame, "only once")
    expect(frame.locator(".visitor:not(.unsent)", has_text="only once")).to_be_visible(timeout=8000)
    assert lost == [True]
    assert Message.objects.count() == 1
    expect(frame.locator(".visitor")).to_have_count(1)


def test_a_reload_in_the_middle_keeps_what_was_not_sent(page: Page) -> None:
    frame = opened(page)
    page.route("**/widget/webchat/*", lambda route: route.abort())
    frame.locator("#file").set_input_files({"name": "note.txt", "mimeType": "text/plain", "buffer": b"from the file"})
    say(frame, "before the reload")
    frame.locator(".unsent").wait_for()
    page.unroute("**/widget/webchat/*")
    page.reload()
    page.locator("iframe").wait_for()
    frame = page.frames[-1]
    expect(frame.locator(".visitor:not(.unsent) .chip-name")).to_have_text("note.txt", timeout=8000)
    message = Message.objects.get()
    assert (message.text, message.attachments.count()) == ("before the reload", 1)


def test_what_is_refused_says_why_and_can_be_dropped(page: Page, settings: Any) -> None:
    frame = opened(page)
    settings.DELIVERY_LIMIT_BYTES = 20
    say(frame, "longer than twenty bytes, surely")
    failed = frame.locator(".unsent.failed")
    expect(failed).to_contain_text("A file may have up to 20 MB")
    failed.get_by_role("button", name="Discard").click()
    expect(failed).to_have_count(0)
    assert not Message.objects.exists()


def test_five_files_fit_and_the_sixth_is_said_to_be_too_many(page: Page) -> None:
    frame = opened(page)
    files = [FilePayload(name=f"{number}.txt", mimeType="text/plain", buffer=b"x") for number in range(6)]
    frame.locator("#file").set_input_files(files)
    expect(frame.locator("#picked .chip")).to_have_count(5)
    expect(frame.locator("#warning")).to_have_text("At most 5 files fit in one message.")


def test_by_keyboard_alone_in_and_out(page: Page) -> None:
    launcher = page.get_by_role("button", name="Open the chat")
    launcher.focus()
    page.keyboard.press("Enter")
    page.locator("iframe").wait_for()
    frame = page.frames[-1]
    expect(frame.locator("#text")).to_be_focused()
    page.keyboard.type("typed")
    seen = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.add(frame.evaluate("document.activeElement.id"))
    assert {"text", "send", "attach", "language", "close"} <= seen
    assert page.evaluate("document.activeElement.localName") == "zhoudao-chat"
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_the_language_changes_without_losing_a_word(page: Page) -> None:
    frame = opened(page)
    frame.locator("#text").fill("half a sent")
    frame.locator("#language").select_option("zh-hant")
    assert frame.evaluate("document.documentElement.lang") == "zh-Hant"
    assert frame.locator("#text").input_value() == "half a sent"
    frame.locator("#language").select_option("en")
    expect(frame.locator("#send")).to_have_attribute("aria-label", "Send")


def test_somebody_else_at_the_same_browser_starts_as_nobody(page: Page) -> None:
    frame = opened(page)
    say(frame, "my secret")
    frame.locator(".visitor:not(.unsent)").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    frame.get_by_role("button", name="Not you? Start a new chat").click()
    expect(frame.locator(".visitor")).to_have_count(0)
    say(frame, "hello")
    frame.locator(".visitor:not(.unsent)", has_text="hello").wait_for()
    assert Message.objects.values("conversation__customer").distinct().count() == 2
    expect(frame.get_by_text("my secret")).to_have_count(0)


def test_a_page_that_is_not_allowed_gets_no_frame(shop: Shop, page: Page) -> None:
    from zhoudao.rooms.conversations.models import Channel

    Channel.objects.filter(code="webchat").update(config={"origins": ["https://shop.example"]})
    page.once("console", lambda line: None)
    answer = page.request.get(page.evaluate("document.scripts[0].src").replace("widget.js", "widget/webchat/"))
    assert answer.headers["content-security-policy"].endswith("frame-ancestors https://shop.example")
    assert "x-frame-options" not in answer.headers
