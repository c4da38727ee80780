"""In a frame of the company's own page, on another site; and on the phone's home screen."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect, sync_playwright

from zhoudao.doors.portal.tests.test_embed import App
from zhoudao.doors.portal.tests.test_home import BY, front_door, wrote
from zhoudao.doors.portal.tests.test_home_in_chromium import serious, shot
from zhoudao.doors.portal.tests.test_in_chromium import CHROMIUM, pytestmark
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.entrances.commands.app_keys import KeySaid, change_app_key

__all__ = ["front_door", "pytestmark"]
BY_HOST = "<!doctype html><title>app</title><style>iframe{width:390px;height:760px}</style>"

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) found.push(...(await (await caches.open(name)).keys()));
  return found.map((one) => new URL(one.url).pathname);
}"""


class Host:
    """The retailer's page, on another site than ours."""

    def __init__(self) -> None:
        host, self.src = self, ""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                script = "<script>heard=[];addEventListener('message',(e)=>heard.push([e.origin,e.data]))</script>"
                self.wfile.write(f'{BY_HOST}{script}<iframe src="{host.src}"></iframe>'.encode())

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def host() -> Iterator[Host]:
    made = Host()
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_in_a_frame_of_the_apps_own_page_its_user_is_known_and_chats(
    shop: Shop, live_server: Any, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    app = App(shop, origins=[host.origin])
    case = wrote(shop, "洗衣机漏水")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 420, "height": 800})
        host.src = f"{live_server.url}/portal/embed?token={app.token()}"
        page.goto(host.origin)
        frame = page.frame_locator("iframe")
        frame.get_by_text("洗衣机漏水").click()
        expect(frame.locator(".number strong")).to_have_text(case.number)
        heard = page.evaluate("heard")
        assert {origin for origin, _ in heard} == {live_server.url}
        assert {data["zhoudao"] for _, data in heard} >= {"ready", "height"}
        frame.get_by_role("link", name="就此事联系我们").click()
        expect(frame.locator("#log")).to_contain_text("洗衣机漏水")  # the chat has begun: what is typed is heard
        frame.locator("#text").fill("还在漏")
        frame.locator("#text").press("Enter")
        expect(frame.locator("#log")).to_contain_text("还在漏")
        expect(frame.locator(".unsent, .sending")).to_have_count(0)
        shot(page, "portal-embedded-chat")
        while not Message.objects.filter(text="还在漏").exists():
            page.wait_for_timeout(100)
        dispatch.drain()
        assert Case.objects.count() == 1
        page.goto(f"{live_server.url}/portal/me/")
        expect(page.locator("h1")).to_have_text("登录")  # known in that frame only
        host.src = f"{live_server.url}/portal/embed?token={app.token()}"
        change_app_key(key_id=app.key.id, said=KeySaid("Shop app", ["https://elsewhere.example"]), at=shop.now, by=BY)
        page.goto(host.origin)
        page.wait_for_timeout(500)
        assert page.frames[1].url.startswith("chrome-error:"), "another page may not frame it"
        assert page.evaluate("heard") == []
        browser.close()
        connections.close_all()  # within Playwright's loop Django has a connection of its own


def test_the_phone_may_put_it_on_its_home_screen_and_keeps_nothing_of_anybodys(
    shop: Shop, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(tmp_path), executable_path=CHROMIUM, args=["--no-sandbox"], locale="zh-CN",
            viewport={"width": 390, "height": 844},
        )  # fmt: skip
        page = context.new_page()
        page.goto(f"{live_server.url}/portal/")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        session = context.new_cdp_session(page)
        assert session.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
        manifest = session.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert "和风家居" in manifest["data"]
        page.goto(f"{live_server.url}/portal/stores/")
        page.goto(f"{live_server.url}/portal/sign-in/")
        kept = page.evaluate(KEPT)
        assert sorted(kept) == [
            "/portal/offline/", "/static/mark.svg", "/static/widget/pages.css", "/static/widget/portal.css",
            "/static/widget/tokens.css",
        ]  # fmt: skip
        context.set_offline(True)
        page.goto(f"{live_server.url}/portal/cases/")
        expect(page.locator("h1")).to_have_text("没有网络连接")
        assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") != "0px"
        assert serious(page) == []
        shot(page, "portal-offline")
        context.set_offline(False)
        page.goto(f"{live_server.url}/portal/")
        expect(page.locator("h1")).to_have_text("需要什么帮助？")
        context.close()
        connections.close_all()


def test_a_strangers_link_in_a_window_of_its_own_asks_before_anybody_is_somebody_else(
    shop: Shop, live_server: Any, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    app = App(shop, origins=[host.origin])
    wrote(shop, "洗衣机漏水")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(locale="zh-CN", viewport={"width": 390, "height": 844})
        page.goto(host.origin)
        link = f"{live_server.url}/portal/embed?token={app.token()}&to=/portal/cases/"
        page.evaluate("(to) => { location.href = to }", link)
        expect(page.locator("h1")).to_have_text("这是您吗？")
        assert serious(page) == []
        shot(page, "portal-by-app")
        page.get_by_role("link", name="不是我").click()
        page.goto(f"{live_server.url}/portal/me/")
        expect(page.locator("h1")).to_have_text("登录")
        page.goto(link)
        page.get_by_role("button", name="是我，继续").click()
        expect(page.get_by_text("洗衣机漏水")).to_be_visible()
        assert "token" not in page.url
        browser.close()
        connections.close_all()
