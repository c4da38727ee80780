"""What another system posts: taken once, whatever is repeated; refused without a trace when it is not signed."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from zhoudao.doors.channels import hooks
from zhoudao.doors.channels.kinds.webhook.tests.conftest import ADMIN, Line, said
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.kit.signed_hooks import new_secret, sign
from zhoudao.rooms.conversations.commands import replay_delivery
from zhoudao.rooms.conversations.commands.channels import OVERLAP, replace_secret
from zhoudao.rooms.conversations.models import Attachment, Channel, Conversation, Delivery, Message
from zhoudao.rooms.customers.models import Identity

LEAD = Viewer(actor="user:0190a0a0-0000-7000-8000-000000000009", permissions=frozenset(["intake:write"]))


def test_a_signed_message_is_kept_first_and_then_read(line: Line) -> None:
    answer = line.posts(said(order_number="O-1", sent_at="2026-08-12T04:00:00+08:00"))

    assert answer.status_code == 202
    delivery = Delivery.objects.get(id=answer.json()["delivery_id"])
    assert (delivery.status, delivery.key) == ("received", "msg_1")
    (read,) = line.reads()
    assert read.status == "parsed"
    message = Message.objects.get()
    assert (message.text, message.external_id) == ("订单什么时候到？", "msg_1")
    assert message.conversation.order_number == "O-1"
    assert message.conversation.customer.name == "王小姐"
    assert message.sent_at == datetime(2026, 8, 11, 20, 0, tzinfo=UTC)


def test_the_same_again_is_one_message_and_is_told_so(line: Line) -> None:
    first = line.posts(said())
    assert [line.posts(said()).status_code for _ in range(2)] == [200, 200]
    line.reads()
    again = line.posts(said())
    assert (again.status_code, again.json()) == (200, first.json())
    line.reads()
    assert Message.objects.count() == 1


def test_the_same_message_under_two_webhook_ids_is_one(line: Line) -> None:
    for id_ in ("msg_1", "msg_2"):
        assert line.posts(said(external_id="m-9"), id_).status_code == 202
    assert [delivery.status for delivery in line.reads()] == ["parsed", "parsed"]
    assert Message.objects.count() == 1
    assert Delivery.objects.filter(key__startswith="msg").exclude(message=None).count() == 2


def test_a_used_id_with_other_words_is_kept_beside_and_can_be_taken_by_hand(line: Line) -> None:
    line.posts(said())
    answer = line.posts(said("另一条"))
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    beside = [delivery for delivery in line.reads() if delivery.status == "failed"]
    assert [delivery.reason for delivery in beside] == ["key_reused"]
    replay_delivery(beside[0], viewer=LEAD, at=clock.now())
    line.reads()
    assert set(Message.objects.values_list("text", flat=True)) == {"订单什么时候到？", "另一条"}


def test_the_senders_own_id_with_other_words_is_kept_and_can_be_taken_by_hand(line: Line) -> None:
    line.posts(said(external_id="m-9"), "msg_1")
    line.posts(said("另一条", external_id="m-9"), "msg_2")
    second = line.reads()[1]
    assert (second.status, second.reason) == ("failed", "key_reused")
    replay_delivery(second, viewer=LEAD, at=clock.now())
    assert line.reads()[1].status == "parsed"
    assert Message.objects.count() == 2


def test_messages_out_of_order_and_repeated_stay_one_conversation(line: Line) -> None:
    order = [3, 1, 2, 1, 3, 3]
    for n in order:
        line.posts(said(f"第{n}条", sent_at=f"2026-08-12T04:00:0{n}Z"), f"msg_{n}")
        line.reads()
    assert Conversation.objects.count() == 1
    assert list(Message.objects.order_by("sent_at").values_list("text", flat=True)) == ["第1条", "第2条", "第3条"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "msg_1"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-timestamp": str(int((datetime.now(UTC) - timedelta(minutes=6)).timestamp()))},
    ],
)
def test_what_is_not_signed_as_agreed_leaves_nothing_but_a_remark(line: Line, headers: dict[str, str]) -> None:
    body = json.dumps(said()).encode()
    right = sign("msg_1", datetime.now(UTC), body, [line.incoming])
    answer = line.posts_raw(
        body, {**right, **headers} if len(headers) == 1 and "webhook-id" not in headers else headers
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed")
    assert Delivery.objects.count() == 0
    assert Channel.objects.get(id=line.channel.id).state["refused_at"]


def test_a_foreign_secret_an_old_moment_and_a_changed_body_are_forged(line: Line) -> None:
    assert line.posts(said(), secrets=[new_secret()]).status_code == 401
    assert line.posts(said(), at=datetime.now(UTC) - timedelta(minutes=6)).status_code == 401
    body = json.dumps(said()).encode()
    headers = sign("msg_1", datetime.now(UTC), body, [line.incoming])
    assert line.posts_raw(body.replace(b"u-7", b"u-8"), headers).status_code == 401
    assert line.posts_raw(body, {**headers, "webhook-id": "msg_2"}).status_code == 401
    assert Delivery.objects.count() == 0


def test_another_channels_secret_opens_nothing(line: Line) -> None:
    other = Channel.objects.create(code="other", kind="webhook", store=line.channel.store)
    secret = replace_secret(other.id, name="incoming", at=clock.now(), real_now=datetime.now(UTC), by=ADMIN)
    assert line.posts(said(), secrets=[secret]).status_code == 401


def test_a_captured_post_played_again_later_is_refused(line: Line) -> None:
    body = json.dumps(said()).encode()
    old = sign("msg_1", datetime.now(UTC) - timedelta(minutes=5, seconds=2), body, [line.incoming])
    assert line.posts_raw(body, old).status_code == 401


def test_an_answer_of_ours_sent_back_to_us_is_forged(line: Line) -> None:
    assert line.posts({"type": "message.reply"}, secrets=line.other.secrets).status_code == 401


def test_while_the_secret_changes_both_count_and_later_only_the_new_one(line: Line) -> None:
    old, long_ago = line.incoming, datetime.now(UTC) - OVERLAP + timedelta(minutes=1)
    new = replace_secret(line.channel.id, name="incoming", at=clock.now(), real_now=long_ago, by=ADMIN)
    assert line.posts(said(), "msg_1", secrets=[old]).status_code == 202
    assert line.posts(said(), "msg_2", secrets=[new]).status_code == 202
    newest = replace_secret(
        line.channel.id, name="incoming", at=clock.now(), real_now=long_ago - timedelta(minutes=2), by=ADMIN
    )
    assert line.posts(said(), "msg_3", secrets=[new]).status_code == 401
    assert line.posts(said(), "msg_4", secrets=[newest]).status_code == 202


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        {"text": "no sender"},
        {"sender": {"external_id": "u"}, "text": 7},
        {"sender": {"external_id": "u"}, "text": "x", "surprise": 1},
        {"sender": {"external_id": "u"}, "text": "x", "sent_at": "yesterday"},
        {"sender": {"external_id": "u"}, "text": "x", "sent_at": "2026-08-12T04:00:00"},
        {"sender": {"external_id": "u"}, "text": "x", "channel": "api"},
        {"sender": {"external_id": "u\u0000"}, "text": "x"},
        {"sender": {"external_id": "u"}, "text": "x", "attachments": [{"content": "%%%"}]},
    ],
)
def test_what_cannot_be_read_is_kept_and_shown(line: Line, content: Any) -> None:
    assert line.posts(content).status_code == 202
    (delivery,) = line.reads()
    assert (delivery.status, delivery.reason) == ("failed", "unreadable")
    assert delivery.detail
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("differs", "reason"),
    [
        ({"text": ""}, "empty"),
        ({"store": "nowhere"}, "store_unknown"),
        ({"conversation_id": "0190a0a0-0000-7000-8000-000000000001"}, "not_yours"),
        ({"attachments": [{"name": "a", "content": ""}]}, "attachment"),
    ],
)
def test_what_is_refused_is_kept_under_its_reason(line: Line, differs: dict[str, Any], reason: str) -> None:
    line.posts(said(**differs))
    (delivery,) = line.reads()
    assert (delivery.status, delivery.reason) == ("failed", reason)


def test_a_foreign_conversation_begins_a_new_one_when_tried_again(line: Line) -> None:
    line.posts(said(conversation_id="0190a0a0-0000-7000-8000-000000000001"))
    (delivery,) = line.reads()
    replay_delivery(delivery, viewer=LEAD, at=clock.now())
    assert [one.status for one in line.reads()] == ["parsed"]


def test_files_come_with_their_content_and_phones_are_suggestions_unless_proven(line: Line) -> None:
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n....").decode()
    sender = {"external_id": "u-7", "phone": "13812348000"}
    line.posts(said(sender=sender, attachments=[{"name": "../a.png", "content": picture}]))
    line.reads()
    assert Attachment.objects.get().file.content_type == "image/png"
    assert Identity.objects.get(kind="phone").suggested
    Channel.objects.filter(id=line.channel.id).update(config={**line.channel.config, "asserts_identity": True})
    line.posts(said(sender={"external_id": "u-8", "phone": "13912348000"}), "msg_2")
    line.reads()
    assert Identity.objects.filter(kind="phone", suggested=False).count() == 1


def test_only_posts_to_channels_that_are_switched_on(line: Line, settings: Any) -> None:
    assert line.browser.get("/hooks/mini/").status_code == 405
    assert line.browser.post("/hooks/nobody/", b"{}", content_type="application/json").status_code == 404
    assert line.browser.post("/hooks/api/", b"{}", content_type="application/json").status_code == 404
    Channel.objects.filter(id=line.channel.id).update(is_active=False)
    assert line.posts(said()).status_code == 404


def test_more_than_the_limit_is_refused_before_it_is_read(line: Line, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert line.posts(said("x" * 2000)).status_code == 413
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 36 * 1024 * 1024
    headers = {"Content-Length": str(hooks.BODY_LIMIT_BYTES + 1)}
    answer = line.browser.post("/hooks/mini/", b"{}", content_type="application/json", headers=headers)
    assert answer.status_code == 413
