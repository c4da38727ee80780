"""The main job in a real browser: a webhook is added and tested, told of a case, its delivery opened and sent again."""

import ipaddress
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.doors.desk.webhooks.tests.conftest import desk, shop, sign_in
from zhoudao.doors.webhooks.posting import take_turn, try_ping
from zhoudao.ground.webhooks.commands.handing_on import hand_on
from zhoudao.ground.webhooks.models import Sending, Webhook
from zhoudao.ground.webhooks.queries import behind
from zhoudao.rooms.cases.tests.shop import Shop

__all__ = ["desk", "shop", "sign_in"]
pytestmark = IN_BROWSER
HERE = "/desk/settings/webhooks/"


@dataclass
class Erp:
    """The other system; it takes everything."""

    port: int = 0
    heard: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
def erp(settings: Any) -> Iterator[Erp]:
    settings.OUTGOING_NETWORKS = [ipaddress.ip_network("127.0.0.1/32")]
    other = Erp()

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            other.heard.append(json.loads(body))
            self.send_response(200)
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    other.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield other
    server.shutdown()
    server.server_close()


def work() -> None:
    """What clock and worker do."""
    for job in ProcrastinateJob.objects.filter(task_name="webhooks.ping", status="todo"):
        try_ping(UUID(job.args["sending_id"]), rng=Random(1))
    for webhook_id in behind():
        hand_on(webhook_id, real_now=datetime.now(UTC))
    for webhook in Webhook.objects.all():
        take_turn(webhook.id, rng=Random(1))


def add(page: Page, erp: Erp) -> None:
    page.click('a[href="/desk/settings/webhooks/new/"]')
    page.fill("#id_url", f"http://127.0.0.1:{erp.port}/events?key=secret")
    page.fill("#id_description", "ERP 同步")
    page.check('input[value="cases.CaseOpened"]')
    page.check('input[value="cases.CaseClosed"]')
    shot(page, "hook-form")
    page.click("form.panel button[type=submit]")
    expect(page.locator("output.secret")).to_contain_text("whsec_")
    shot(page, "hook-secret")


def test_added_tested_told_of_a_case_opened_and_sent_again(shop: Shop, desk: Desk, erp: Erp) -> None:
    page = desk("admin", HERE)
    expect(page.locator(".blank")).to_be_visible()
    shot(page, "hook-empty")
    add(page, erp)
    page.locator('form[hx-post$="/ping/"] button').click()
    expect(page.locator("#pinged [hx-get]")).to_be_visible()
    work()
    expect(page.locator("#pinged")).to_contain_text("HTTP 200")
    expect(page.locator("#pinged pre")).to_have_text("thanks")
    case = shop.hears("洗衣机漏水")
    while Sending.objects.filter(type="cases.CaseOpened", state="delivered").count() == 0:
        work()
    page.goto(page.url.removesuffix("new/") + str(Webhook.objects.get().id) + "/")
    row = page.locator("#log tbody tr", has_text=case.number)
    expect(row).to_contain_text("已送达")
    shot(page, "hook-log")
    row.locator("a").first.click()
    expect(page.locator("#posted")).to_contain_text(case.number)
    shot(page, "hook-delivery")
    page.locator('form[action$="/again/"] button').click()
    expect(page.locator(".chip").first).to_have_text("等待中")
    work()
    page.reload()
    expect(page.locator(".chip").first).to_have_text("已送达")
    told = [body["data"]["object"]["number"] for body in erp.heard if body["type"] == "cases.CaseOpened"]
    assert told == [case.number, case.number]


def test_what_was_given_up_on_is_sent_again_on_a_phone_in_the_dark(shop: Shop, desk: Desk, erp: Erp) -> None:
    page = desk("admin", HERE, width=390, is_dark=True)
    add(page, erp)
    case = shop.hears("洗衣机漏水")
    while Sending.objects.filter(type="cases.CaseOpened", state="delivered").count() == 0:
        work()
    Sending.objects.update(state="dead", status=500, reason="broken", ended_at=datetime.now(UTC))
    page.goto(page.url.removesuffix("new/") + str(Webhook.objects.get().id) + "/")
    expect(page.locator("#log")).to_contain_text("已放弃")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shot(page, "hook-phone-log")
    page.locator('#log button[hx-get*="/again/"]').click()
    expect(page.locator("#replay")).to_contain_text("1 ")
    shot(page, "hook-phone-replay")
    page.locator("#replay-since").focus()
    with page.expect_response("**/again/?since=week"):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#replay-since option[selected]")).to_have_attribute("value", "week")
    expect(page.locator("#replay-since")).to_be_focused()
    page.locator("#replay button").click()
    expect(page.locator("#replay progress")).to_be_visible()
    work()
    expect(page.locator("#replay .figure")).to_contain_text("1 / 1")
    assert [body["data"]["object"]["number"] for body in erp.heard if body["data"].get("object")] == [case.number] * 2
