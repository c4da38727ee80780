"""What becomes of a mail once it lies in the delivery table."""

import re
from email.message import EmailMessage
from threading import Thread

import pytest
from django.db import connection

from zhoudao.doors.channels import inbound
from zhoudao.doors.channels.kinds.email import message_ids, reading, receiving
from zhoudao.doors.channels.kinds.email.tests.conftest import Desk, make_channel, written
from zhoudao.ground.accounts.tests.cast import company
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands import accept_raw, raw_of, replay_delivery, reply
from zhoudao.rooms.conversations.models import Attachment, Conversation, Delivery, Message
from zhoudao.rooms.customers.models import Customer, Identity

AGENT = By("user:0190a0a0-0000-7000-8000-000000000001")


def answered(desk: Desk, delivery: Delivery) -> Message:
    """An agent answers and the answer is on its way."""
    assert delivery.message is not None
    return reply(
        conversation_id=delivery.message.conversation_id,
        text="我们马上派人。",
        by=AGENT,
        author_name="李娜",
        at=clock.now(),
        real_now=desk.now,
    )


def our_id(message: Message) -> str:
    return message_ids.sign(message.id, "shop.example")


def test_a_mail_becomes_a_message_and_stays_readable_as_it_came(desk: Desk) -> None:
    mail = written()
    delivery = desk.gets(mail)
    assert delivery.status == "parsed"
    assert delivery.message is not None
    assert delivery.message.text == "洗衣机漏水，一直没人来。"
    assert delivery.message.conversation.subject == "洗衣机漏水"
    assert delivery.message.conversation.customer.name == "王小姐"
    assert raw_of(delivery) == mail.as_bytes()


def test_an_address_alone_proves_nobody_but_has_its_own_thread(desk: Desk) -> None:
    desk.gets(written())
    assert sorted(Identity.objects.values_list("kind", "scope", "suggested")) == [
        ("email", "", True),
        ("external", desk.channel.code, False),
    ]


@pytest.mark.parametrize(
    ("header", "is_proven"),
    [
        ("mx.shop.example; dmarc=pass header.from=example.com", True),
        ("mx.shop.example; dmarc=fail header.from=example.com", False),
        ("mx.shop.example; dmarc=pass header.from=evil.example", False),
        ("mx.evil.example; dmarc=pass header.from=example.com", False),
        ("mx.shop.example; spf=pass (dmarc=pass header.from=example.com)", False),
    ],
)
def test_only_our_own_server_vouches_for_a_sender(desk: Desk, header: str, is_proven: bool) -> None:
    desk.gets(written(Authentication_Results=header))
    assert Identity.objects.filter(kind="email", suggested=False).exists() is is_proven


def test_the_same_mail_twice_is_one_message(desk: Desk) -> None:
    first, second = desk.gets(written(), key="INBOX/1/1"), desk.gets(written(), key="INBOX/2/1")
    assert (second.status, second.message_id) == ("parsed", first.message_id)
    assert Message.objects.count() == 1


def test_one_message_id_with_two_bodies_is_two_messages(desk: Desk) -> None:
    desk.gets(written("第一封"))
    desk.gets(written("第二封"))
    assert Message.objects.count() == 2


def test_who_copies_a_message_id_takes_nothing_from_its_owner(desk: Desk) -> None:
    desk.gets(written(sender="thief@evil.example"))
    mine = desk.gets(written())
    assert mine.message is not None
    assert mine.message.conversation.customer.name == "王小姐"


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_twice_at_once_is_one_message(transactional_db: None) -> None:
    channel, raw = make_channel(), written().as_bytes()
    inbound.register("email", receiving.receive)
    desk = Desk(channel)
    deliveries = [accept_raw(channel=channel, key=f"INBOX/{n}/1", raw=raw, at=clock.now()) for n in range(4)]

    def read(delivery: Delivery) -> None:
        inbound.parse_delivery(delivery.id, at=clock.now(), real_now=desk.now)
        connection.close()

    threads = [Thread(target=read, args=[delivery]) for delivery in deliveries * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    desk.reads()
    assert Message.objects.count() == 1
    assert Customer.objects.count() == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"parsed"}


def test_an_answer_to_our_mail_joins_its_thread(desk: Desk) -> None:
    first = desk.gets(written())
    ours = answered(desk, first)
    second = desk.gets(written("谢谢", message_id="<2@example.com>", In_Reply_To=our_id(ours)))
    assert first.message is not None
    assert second.message is not None
    assert second.message.conversation_id == first.message.conversation_id


def test_a_new_topic_begins_a_conversation_of_its_own_with_the_same_customer(desk: Desk) -> None:
    desk.gets(written())
    desk.gets(written("发票抬头改一下", subject="发票", message_id="<2@example.com>"))
    assert Conversation.objects.count() == 2
    assert Customer.objects.count() == 1


@pytest.mark.parametrize("forger", ["mallory@evil.example", "Service <service@shop.example>", "li@example.com"])
def test_knowing_our_message_id_opens_no_foreign_thread(desk: Desk, forger: str) -> None:
    ours = answered(desk, first := desk.gets(written()))
    forged = desk.gets(written("退款到我的卡", sender=forger, message_id="<3@evil>", In_Reply_To=our_id(ours)))
    assert first.message is not None
    assert forged.message is not None
    assert forged.message.conversation_id != first.message.conversation_id
    assert forged.message.direction == "in"


def test_a_thousand_forged_references_join_nothing(desk: Desk) -> None:
    ours = answered(desk, first := desk.gets(written()))
    good = our_id(ours)
    forged = [re.sub(r"\.[0-9a-f]{32}@", f".{number:032x}@", good) for number in range(950)]
    forged += [good.replace("zd.", "zd"), good.upper(), f"<{ours.id}@shop.example>", "<zd..@x>", f"<zd.{'0' * 65}@x>"]
    for start in range(0, len(forged), 40):
        references = " ".join(forged[start : start + 40])
        desk.gets(f"From: wang@example.com\r\nReferences: {references}\r\n\r\n{start}".encode(), key=f"f/{start}")
    assert first.message is not None
    assert first.message.conversation.messages.filter(direction="in").count() == 1


def test_a_reply_goes_to_its_own_thread_even_when_a_newer_one_is_open(desk: Desk) -> None:
    ours = answered(desk, first := desk.gets(written()))
    desk.gets(written("别的事", message_id="<2@example.com>"))
    third = desk.gets(written("还是漏", message_id="<3@example.com>", References=f"<x@y> {our_id(ours)}"))
    assert first.message is not None
    assert third.message is not None
    assert third.message.conversation_id == first.message.conversation_id


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied", "subject": "Re: x"}, "auto_reply"),
        ({"subject": "自动回复：我在休假"}, "auto_reply"),
        ({"List_Unsubscribe": "<https://x.example>"}, "list"),
        ({"Precedence": "junk"}, "bulk"),
        ({"X_Loop": "ours"}, "own_mail"),
    ],
)
def test_what_nobody_wrote_is_set_aside_in_sight(desk: Desk, headers: dict[str, str], reason: str) -> None:
    if headers.get("X_Loop"):
        headers = {"X_Loop": message_ids.loop_mark()}
    delivery = desk.gets(written(**headers))
    assert (delivery.status, delivery.reason, delivery.message) == ("ignored", reason, None)


def test_a_person_may_insist_that_it_is_a_message(desk: Desk) -> None:
    delivery = desk.gets(written(Precedence="bulk"))
    replay_delivery(delivery, viewer=company().viewer("zhao"), at=clock.now())
    desk.reads()
    delivery.refresh_from_db()
    assert delivery.status == "parsed"


def test_an_address_that_writes_like_a_machine_is_set_aside(desk: Desk) -> None:
    for number in range(31):
        last = desk.gets(written(f"{number}", message_id=f"<{number}@example.com>"))
    assert (last.status, last.reason) == ("ignored", "flood")
    assert desk.gets(written(sender="li@example.com", message_id="<l@x>")).status == "parsed"


def test_mail_through_the_desks_own_list_is_mail(desk: Desk) -> None:
    desk.channel.config["list_id"] = "service.shop.example"
    desk.channel.save()
    assert desk.gets(written(List_Id="Service <service.shop.example>")).status == "parsed"


def bounced(ours: Message, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.com\r\nTo: service@shop.example\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        "--x\r\n\r\nSorry.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; wang@example.com\r\nAction: {action}\r\nStatus: {status}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--x\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {our_id(ours)}\r\n--x--\r\n"
    ).encode()


def test_a_bounce_marks_our_answer_with_something_to_do(desk: Desk) -> None:
    ours = answered(desk, desk.gets(written()))
    delivery = desk.gets(bounced(ours))
    ours.refresh_from_db()
    assert (delivery.status, delivery.reason) == ("ignored", "bounce")
    assert ours.status == "failed"
    assert ours.failure.splitlines() == [
        "This e-mail address does not exist; reach the customer another way.",
        "5.1.1 550 5.1.1 User unknown",
    ]
    assert Conversation.objects.count() == 1


def test_a_delay_is_no_failure(desk: Desk) -> None:
    ours = answered(desk, desk.gets(written()))
    assert desk.gets(bounced(ours, action="delayed", status="4.4.1")).reason == "bounce_delayed"
    ours.refresh_from_db()
    assert ours.status == "queued"


def test_a_bounce_to_another_mailbox_fails_nothing_here(desk: Desk) -> None:
    ours = answered(desk, desk.gets(written()))
    other = Desk(make_channel(address="other@shop.example"))
    other.gets(bounced(ours), key="o/1")
    ours.refresh_from_db()
    assert ours.status == "queued"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"Subject: nobody\r\n\r\nhello", "no_sender"),
        (b"From: wang@example.com\r\nSubject:\r\n\r\n \r\n", "empty"),
        (b"From: wang@example.com\r\nX-Bomb: " + b"a" * 70_000 + b"\r\n\r\nhi", "headers_too_large"),
        (b"From: wang@example.com\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 2000 + b"hi", "too_deep"),
    ],
    ids=["no sender", "empty", "header bomb", "2000 nested"],
)
def test_what_cannot_be_taken_is_kept_with_its_reason(desk: Desk, raw: bytes, reason: str) -> None:
    delivery = desk.gets(raw)
    assert (delivery.status, delivery.reason) == ("failed", reason)
    assert raw_of(delivery) == raw


def test_of_a_mail_that_is_too_large_the_beginning_is_kept_and_can_still_be_taken(desk: Desk) -> None:
    mail = written("请看附件，谢谢")
    mail.add_attachment(b"x" * 9000, maintype="application", subtype="pdf", filename="a.pdf")
    delivery = desk.gets(mail.as_bytes()[:3000], size=40_000_000)
    assert (delivery.status, delivery.reason) == ("failed", "too_large")
    replay_delivery(delivery, viewer=company().viewer("zhao"), at=clock.now())
    desk.reads()
    delivery.refresh_from_db()
    assert delivery.status == "parsed"
    assert delivery.message is not None
    assert delivery.message.text == "请看附件，谢谢"
    assert not Attachment.objects.exists()


def test_a_mail_of_a_subject_alone_says_its_subject(desk: Desk) -> None:
    delivery = desk.gets(written("", subject="请回电"))
    assert delivery.message is not None
    assert delivery.message.text == "请回电"


def test_scripts_do_not_survive_and_files_are_what_they_contain(desk: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "wang@example.com", "<h@x>"
    mail.set_content("<p onclick=x()>你好<script>alert(1)</script><img src=x onerror=alert(2)></p>", subtype="html")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="image", subtype="png", filename="cat.png")
    message = desk.gets(mail).message
    assert message is not None
    assert message.html.strip() == "<p>你好</p>"
    assert Attachment.objects.get().file.content_type == "application/octet-stream"


def test_our_own_fault_is_tried_again_and_shown_after_the_sixth_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(raw: bytes) -> None:
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(receiving, "read_mail", broken)
    delivery = desk.gets(written())
    assert (delivery.status, delivery.attempts) == ("received", 1)
    for _ in range(5):
        desk.reads()
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason, delivery.detail) == ("failed", "gave_up", "RuntimeError: disk on fire")
    monkeypatch.setattr(receiving, "read_mail", reading.read_mail)
    replay_delivery(delivery, viewer=company().viewer("zhao"), at=clock.now())
    desk.reads()
    delivery.refresh_from_db()
    assert delivery.status == "parsed"


def test_whoever_answers_their_own_earlier_mail_goes_on_in_its_thread(desk: Desk) -> None:
    first = desk.gets(written("洗衣机漏水", message_id="<1@example.com>"))
    again = desk.gets(written("忘了说，是阳台那台", message_id="<2@example.com>", In_Reply_To="<1@example.com>"))
    third = desk.gets(
        written("附上照片说明", message_id="<3@example.com>", References="<0@example.com> <2@example.com>")
    )
    assert first.message is not None
    assert {m.message.conversation_id for m in (again, third) if m.message} == {first.message.conversation_id}


def test_a_message_id_alone_opens_nobodys_thread(desk: Desk) -> None:
    desk.gets(written("洗衣机漏水", message_id="<1@example.com>"))
    thief = written(
        "我也要看", sender="thief@evil.example", message_id="<9@evil.example>", In_Reply_To="<1@example.com>"
    )
    desk.gets(thief)
    assert Conversation.objects.count() == 2


def test_a_mail_about_something_new_begins_a_conversation_of_its_own(desk: Desk) -> None:
    desk.gets(written("洗衣机漏水", message_id="<1@example.com>"))
    desk.gets(written("发票抬头改一下", message_id="<2@example.com>", subject="发票"))
    desk.gets(written("还有一件", message_id="<3@example.com>", In_Reply_To="<1_@example.com> <%@example.com>"))
    assert Conversation.objects.count() == 3


def test_whoever_is_written_in_copy_or_answers_to_is_neither_known_nor_written_to(desk: Desk) -> None:
    delivery = desk.gets(
        written(
            Cc="thief@evil.example", Reply_To="thief@evil.example", Bcc="other@evil.example", Sender="x@evil.example"
        )
    )
    assert delivery.message is not None
    held = {one.value for one in Identity.objects.filter(kind="email")}
    assert not any("evil.example" in value for value in held)
    assert Customer.objects.count() == 1
    desk.reads()
    desk.sends()
    assert not Message.objects.filter(direction="out", text__contains="evil.example").exists()
