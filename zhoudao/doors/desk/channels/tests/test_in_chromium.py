"""A channel from the first click to the first message, and a failure mended by hand, in a real browser."""

import json
import urllib.request
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect
from procrastinate.contrib.django import app

from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit.signed_hooks import sign
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import mark_failed, reply
from zhoudao.rooms.conversations.commands.counting import count_hours
from zhoudao.rooms.conversations.models import Channel, Delivery, Message

pytestmark = IN_BROWSER
SILENT = "The customer has not written for 48 hours: WeChat carries no answer. Reach them another way."


def post(url: str, secret: str) -> int:
    """Another system's message."""
    body = json.dumps({"sender": {"external_id": "u-7", "name": "王小姐"}, "text": "订单什么时候到？"}).encode()
    asked = urllib.request.Request(url, body, sign("msg_1", datetime.now(UTC), body, [secret]))
    with urllib.request.urlopen(asked) as answer:
        return int(answer.status)


def test_a_webhook_is_set_up_tested_and_speaks(shop: Shop, desk: Desk, live_server: Any) -> None:
    page = desk("admin", "/desk/settings/channels/")
    page.locator("#content").get_by_role("link", name="Webhook").click()
    page.locator("#id_name").fill("小程序")
    page.locator("#id_code").fill("mini")
    page.locator("#id_url").fill("https://10.1.2.3/replies")
    shot(page, "channel-form")
    page.locator("form .button-main").click()
    secrets = page.locator("output.secret", has_text="whsec_")
    expect(secrets).to_have_count(2)
    shot(page, "channel-made")
    secret = secrets.first.inner_text()
    channel = Channel.objects.get(code="mini")

    assert post(f"{live_server.url}/hooks/mini/", secret) == 202
    app.tasks["channels.parse_delivery"](delivery_id=str(Delivery.objects.get(channel=channel).id))
    assert Message.objects.filter(text="订单什么时候到？").exists()

    page.get_by_role("button", name="现在测试").click()
    expect(page.locator("#tried")).to_contain_text("正在测试")
    app.tasks["channels.try_channel"](channel_id=str(channel.id))
    expect(page.locator("#tried")).to_contain_text("已有消息到达")
    expect(page.locator("#tried")).to_contain_text("内部网络")
    shot(page, "channel-tried")


def test_a_lead_sees_why_an_answer_failed_and_sends_it_again(shop: Shop, desk: Desk) -> None:
    case = shop.hears("在吗")
    assert case.conversation_id is not None
    answer = reply(
        conversation_id=case.conversation_id,
        text="在的",
        by=By(shop.viewer("wang").actor),
        author_name="王芳",
        at=shop.now,
        real_now=datetime.now(UTC),
        undo_seconds=5,
    )
    mark_failed(message_id=answer.id, reason=f"{SILENT}\n45015", at=shop.now)
    count_hours(at=shop.now)
    page = desk("zhao", "/desk/channels/", width=390)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(page, "channels-phone")
    page.locator(".linkish.is-bad").click()
    expect(page.locator("#failures")).to_contain_text("48 小时")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "fits a phone"
    shot(page, "channel-failures-phone")
    page.get_by_role("button", name="重试").click()
    expect(page.locator("#failures")).to_contain_text("回复都已发出")
    answer.refresh_from_db()
    assert answer.status == "queued"
