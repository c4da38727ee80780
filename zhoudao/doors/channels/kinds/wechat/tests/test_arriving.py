"""What the platform tells us: verified, once however often it is told, and refused when nobody signed it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.doors.channels.kinds.wechat import listening
from zhoudao.doors.channels.kinds.wechat.crypto import encrypt, key_of, signature
from zhoudao.doors.channels.kinds.wechat.tests.conftest import AES_KEY, Line, make_line, told
from zhoudao.rooms.conversations.models import Channel, Conversation, Delivery, Message
from zhoudao.rooms.customers.models import Identity

XXE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><FromUserName>oWang</FromUserName>
<CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId><Content>&f;</Content></xml>"""


def test_the_platform_verifies_the_address(line: Line) -> None:
    asked = line.platform.signed(echostr="5928374650<script>")
    answer = line.browser.get(line.path, asked)
    assert (answer.status_code, answer.content) == (200, b"5928374650&lt;script&gt;")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert Channel.objects.get(id=line.channel.id).state["verified_at"]


def test_an_encrypted_echo_is_opened(safe_line: Line) -> None:
    echo = encrypt(b"1616140317555161061", key=key_of(AES_KEY), app_id=safe_line.platform.app_id)
    asked = safe_line.platform.signed(echostr=echo)
    signed = signature(safe_line.platform.token, asked["timestamp"], asked["nonce"], echo)
    assert safe_line.browser.get(safe_line.path, {**asked, "msg_signature": signed}).content == b"1616140317555161061"
    assert safe_line.browser.get(safe_line.path, {**asked, "msg_signature": "0" * 40}).status_code == 401


@pytest.mark.parametrize("mode", ["line", "safe_line"])
def test_a_message_becomes_a_conversation_with_who_the_platform_says_it_is(mode: str, request: Any) -> None:
    line: Line = request.getfixturevalue(mode)
    assert line.hears(told(MsgId="101", Content="洗衣机漏水")) == {}
    (delivery,) = line.reads()
    assert (delivery.key, delivery.status) == ("m/101", "parsed")
    message = Message.objects.get()
    assert (message.text, message.failure) == ("洗衣机漏水", "")
    identity = Identity.objects.get()
    assert (identity.kind, identity.scope, identity.value, identity.suggested) == ("openid", "gzh", "oWang", False)
    assert identity.verified_at is not None


@pytest.mark.parametrize("mode", ["line", "safe_line"])
def test_three_repeats_are_one_message_also_when_encrypted_anew(mode: str, request: Any) -> None:
    line: Line = request.getfixturevalue(mode)
    xml = told(MsgId="101", Content="在吗")
    for _ in range(3):
        line.hears(xml)
    line.reads()
    line.hears(xml)
    line.reads()
    assert (Delivery.objects.count(), Message.objects.count()) == (1, 1)


def test_events_are_told_apart_by_who_and_when(line: Line) -> None:
    for created in (1_800_000_000, 1_800_000_000, 1_800_000_001):
        line.hears(told("event", created=created, Event="subscribe"))
    assert [delivery.key for delivery in line.reads()] == [
        "e/oWang/1800000000/subscribe",
        "e/oWang/1800000001/subscribe",
    ]
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("subscribe", "wechat_subscribe"),
        ("unsubscribe", "wechat_unsubscribe"),
        ("LOCATION", "wechat_location"),
        ("VIEW", "wechat_view"),
        ("SCAN", "wechat_scan"),
        ("TEMPLATESENDJOBFINISH", "wechat_event"),
    ],
)
def test_events_are_set_aside_in_sight(line: Line, event: str, reason: str) -> None:
    line.hears(told("event", Event=event, EventKey=""))
    (delivery,) = line.reads()
    assert (delivery.status, delivery.reason) == ("ignored", reason)


def test_a_menu_click_and_a_place_are_messages(line: Line) -> None:
    assert line.takes(told("event", Event="CLICK", EventKey="REPAIR")).text == "[菜单] REPAIR"
    place = told("location", MsgId="7", Location_X="32.06", Location_Y="118.79", Label="南京市鼓楼区")
    assert line.takes(place).text == "[位置] 南京市鼓楼区 (32.06, 118.79)"
    link = told("link", MsgId="8", Title="洗衣机", Description="说明书", Url="https://shop.example/1")
    assert line.takes(link).text == "洗衣机\n说明书\nhttps://shop.example/1"
    assert Conversation.objects.count() == 1


def test_new_followers_are_greeted(db: None, platform: Any) -> None:
    line = make_line(platform, acknowledges="no", welcome="您好，我们随时在。]]><x>")
    said = line.hears(told("event", Event="subscribe"))
    assert (said["ToUserName"], said["FromUserName"], said["MsgType"]) == ("oWang", "gh_1", "text")
    assert said["Content"] == "您好，我们随时在。]]><x>"


def test_out_of_order_is_kept_with_the_moment_it_was_written(line: Line) -> None:
    now = int(datetime.now(UTC).timestamp())
    for n, ago in ((2, 10), (1, 20), (3, 5)):
        line.hears(told(MsgId=str(n), Content=f"第{n}条", created=now - ago))
        line.reads()
    assert Conversation.objects.count() == 1
    assert list(Message.objects.order_by("sent_at").values_list("text", flat=True)) == ["第1条", "第2条", "第3条"]


def test_what_nobody_signed_is_refused_without_a_trace(line: Line) -> None:
    right, body = line.platform.packed(told(MsgId="1", Content="x"))
    old = line.platform.signed(at=datetime.now(UTC) - listening.TOLERANCE - timedelta(seconds=2))
    for asked in (
        {},
        {**right, "signature": "0" * 40},
        {**right, "nonce": "other"},
        {**right, "timestamp": str(int(right["timestamp"]) + 1)},
        {**right, "timestamp": "x"},
        old,
    ):
        assert line.posts(asked, body).status_code == 401
    assert Delivery.objects.count() == 0
    assert Channel.objects.get(id=line.channel.id).state["refused_at"]


def test_in_the_safe_mode_nothing_plain_is_taken(safe_line: Line) -> None:
    plain = told(MsgId="1", Content="我是别人")
    asked, body = safe_line.platform.packed(plain)
    assert safe_line.posts(safe_line.platform.signed(), plain).status_code == 401
    assert safe_line.posts({**asked, "msg_signature": "0" * 40}, body).status_code == 401
    both = body.replace(b"</xml>", b"<MsgType>text</MsgType><Content>forged</Content></xml>")
    assert safe_line.posts(asked, both).status_code == 200, "only what is encrypted counts"
    safe_line.reads()
    assert Message.objects.get().text == "我是别人"


def test_another_accounts_encryption_is_forged(safe_line: Line) -> None:
    safe_line.platform.app_id = "wx9999999999999999"
    asked, body = safe_line.platform.packed(told(MsgId="1", Content="x"))
    assert safe_line.posts(asked, body).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"<xml", b"{}", XXE, b"<xml/>", told("text", Content="no id"), told("text", MsgId="x", Content="bad id"),
     told("text", sender="with space", MsgId="1"), b"<xml>" + b"<a>" * 100 + b"</xml>"],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_kept_and_shown(line: Line, body: bytes) -> None:
    assert line.posts(line.platform.signed(), body).content == b"success"
    line.posts(line.platform.signed(), body)
    (delivery,) = line.reads()
    assert (delivery.status, delivery.reason) == ("failed", "unreadable")
    assert b"root:" not in (delivery.detail or "").encode()


def test_a_kind_nobody_knows_is_kept_and_shown(line: Line) -> None:
    line.hears(told("hologram", MsgId="1"))
    (delivery,) = line.reads()
    assert (delivery.status, delivery.reason, delivery.detail) == ("failed", "unreadable", "MsgType hologram")


def test_too_much_at_once_is_refused(line: Line) -> None:
    assert line.posts(line.platform.signed(), b"<xml>" + b" " * 300_000 + b"</xml>").status_code == 413
    assert line.browser.put(line.path, b"", query_params=line.platform.signed()).status_code == 405
