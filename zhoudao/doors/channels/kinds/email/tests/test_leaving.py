"""How an answer leaves by mail, and what is said when it does not."""

import smtplib
import socket
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import override_settings

from zhoudao.doors.channels import outbound
from zhoudao.doors.channels.kinds.email import message_ids, reasons, smtp
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.doors.channels.kinds.email.tests.conftest import Desk, written
from zhoudao.doors.channels.kinds.email.tests.test_arriving import AGENT
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Upload, reply
from zhoudao.rooms.conversations.commands.retrying import requeue_deliveries, requeue_replies
from zhoudao.rooms.conversations.models import Delivery, Message


def asked(desk: Desk, **differs: str) -> Message:
    delivery = desk.gets(written(**differs))
    assert delivery.message is not None
    return delivery.message


def answer(
    desk: Desk, question: Message, text: str = "师傅今天就到。", author: str = "李娜", uploads: Sequence[Upload] = ()
) -> Message:
    return reply(
        uploads=uploads,
        conversation_id=question.conversation_id,
        text=text,
        by=AGENT,
        author_name=author,
        at=clock.now(),
        real_now=desk.now,
    )


def test_an_answer_leaves_in_the_thread_with_the_agents_name(sending_desk: Desk) -> None:
    question = asked(sending_desk)
    message = answer(sending_desk, question)
    sending_desk.sends()
    message.refresh_from_db()
    assert message.status == "sent"
    (mail,) = sending_desk.out.mails
    assert sending_desk.out.recipients == [["wang@example.com"]]
    assert mail["Subject"] == "Re: 洗衣机漏水"
    assert mail["From"].addresses[0].addr_spec == "service@shop.example"
    assert mail["From"].addresses[0].display_name == "李娜 · 和风家居"
    assert (mail["In-Reply-To"], mail["References"]) == ("<1@example.com>", "<1@example.com>")
    assert message_ids.verify(mail["Message-ID"]) == message.id
    assert mail["Auto-Submitted"] is None
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().strip() == "师傅今天就到。"
    assert "<p>师傅今天就到。</p>" in html.get_content()


def test_files_go_with_the_mail_as_what_they_are(sending_desk: Desk) -> None:
    files = [
        Upload("安装说明\r\nBcc: x.pdf", b"%PDF-1.4 press twice"),
        Upload("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 9),
    ]
    answer(sending_desk, asked(sending_desk), uploads=files)
    sending_desk.sends()
    (mail,) = sending_desk.out.mails
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == "师傅今天就到。"
    sent = [(part.get_content_type(), part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert sent == [
        ("application/pdf", "安装说明 Bcc: x.pdf", b"%PDF-1.4 press twice"),
        ("image/png", "a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 9),
    ]
    assert mail["Bcc"] is None


def test_a_number_the_screen_masks_is_sent_in_full(sending_desk: Desk) -> None:
    answer(sending_desk, asked(sending_desk), "请打 13812348000 找李师傅")
    sending_desk.sends()
    body = sending_desk.out.mails[0].get_body(("plain",))
    assert body is not None
    assert "13812348000" in body.get_content()


def test_the_foot_tells_where_to_follow_the_case_in_the_customers_language(sending_desk: Desk) -> None:
    question = asked(sending_desk, text="My washing machine leaks", subject="Leak")
    thread = question.conversation
    case = Case.objects.create(
        number="C2026-000001", conversation=thread, customer=thread.customer, store=thread.store,
        opened_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    answer(sending_desk, question, "On our way.", author="Li Na")
    sending_desk.sends()
    body = sending_desk.out.mails[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().split("-- \r\n")[-1].strip() == (
        f"Case C2026-000001. How it stands: http://127.0.0.1:8000/p/{case.progress_token}/"
    )


@pytest.mark.parametrize("evil", ["x\r\nBcc: victim@example.com", "x\nBcc: victim@example.com", "x\u2028Bcc: v@e.com"])
def test_nothing_written_by_anybody_becomes_a_header(sending_desk: Desk, evil: str) -> None:
    delivery = sending_desk.gets(f"From: wang@example.com\r\nSubject: {evil.split(maxsplit=1)[0]}\r\n\r\nhi".encode())
    assert delivery.message is not None
    delivery.message.conversation.subject = evil
    delivery.message.conversation.save()
    answer(sending_desk, delivery.message, author=evil)
    sending_desk.sends()
    (mail,) = sending_desk.out.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Re: x Bcc: " + evil.rpartition(" ")[2]
    assert sending_desk.out.recipients == [["wang@example.com"]]


def test_mark_up_in_an_answer_stays_text(sending_desk: Desk) -> None:
    answer(sending_desk, asked(sending_desk), "用 <b> & <script>alert(1)</script> https://x.example/?a=1&b=2")
    sending_desk.sends()
    html = sending_desk.out.mails[0].get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert '<a href="https://x.example/?a=1' in html.get_content()


def test_a_busy_server_is_asked_again_and_the_mail_keeps_its_id(sending_desk: Desk) -> None:
    message = answer(sending_desk, asked(sending_desk))
    sending_desk.out.answers = ["451 4.3.0 try later", "452 4.3.1 full"]
    sending_desk.sends()
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("sending", 1)
    assert message.failure.startswith(reasons.LATER)
    sending_desk.sends()  # too early: nothing happens
    assert sending_desk.out.answers == ["452 4.3.1 full"]
    for _ in range(2):
        sending_desk.ahead += timedelta(minutes=5)
        sending_desk.sends()
    message.refresh_from_db()
    assert (message.status, message.failure) == ("sent", "")
    assert [message_ids.verify(mail["Message-ID"]) for mail in sending_desk.out.mails] == [message.id]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("550 5.1.1 no such user", reasons.UNKNOWN_ADDRESS),
        ("552 5.2.2 over quota", reasons.MAILBOX_FULL),
        ("554 5.7.1 SPF failed", reasons.NOT_ALLOWED),
        ("552 too big", reasons.TOO_LARGE),
        ("554 no", reasons.REFUSED),
    ],
)
def test_a_refusal_is_final_and_says_what_to_do(sending_desk: Desk, said: str, reason: str) -> None:
    message = answer(sending_desk, asked(sending_desk))
    sending_desk.out.answers = [said]
    sending_desk.sends()
    message.refresh_from_db()
    assert message.status == "failed"
    assert message.failure == f"{reason}\n{said}"


def test_after_six_tries_a_person_is_told(desk: Desk) -> None:
    message = answer(desk, asked(desk))  # its outgoing server is not there
    for _ in range(6):
        desk.sends()
        desk.ahead += timedelta(hours=2)
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("failed", 6)
    assert message.failure.startswith(reasons.UNREACHABLE)


def test_a_server_that_says_nothing_does_not_hold_us_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "TIMEOUT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desk.channel.config["smtp"]["port"] = silent.getsockname()[1]
        desk.channel.save()
        message = answer(desk, asked(desk))
        desk.sends()
    message.refresh_from_db()
    assert message.failure.startswith(reasons.UNREACHABLE)


def test_a_wrong_password_is_named_without_being_shown(sending_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: smtplib.SMTP, user: str, password: str) -> None:
        raise smtplib.SMTPAuthenticationError(535, f"5.7.8 bad {password}".encode())

    monkeypatch.setattr(smtplib.SMTP, "login", refuse)
    sending_desk.channel.config["smtp"]["user"] = "service"
    sending_desk.channel.save()
    message = answer(sending_desk, asked(sending_desk))
    sending_desk.sends()
    message.refresh_from_db()
    assert message.failure == f"{reasons.SIGN_IN}\n535"


def test_a_worker_that_died_after_sending_sends_the_same_id_again(sending_desk: Desk) -> None:
    message = answer(sending_desk, asked(sending_desk))
    sending_desk.sends()
    Message.objects.filter(id=message.id).update(status="sending", send_after=sending_desk.now)  # as before its commit
    assert requeue_replies(real_now=sending_desk.now) == 0
    sending_desk.ahead = timedelta(minutes=2)
    assert requeue_replies(real_now=sending_desk.now) == 1
    assert requeue_replies(real_now=sending_desk.now) == 0
    sending_desk.sends()
    first, second = sending_desk.out.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_two_workers_send_one_mail(sending_desk: Desk) -> None:
    message = answer(sending_desk, asked(sending_desk))
    for _ in range(2):
        outbound.deliver_reply(message.id, at=clock.now(), real_now=sending_desk.now)
    assert len(sending_desk.out.mails) == 1


def test_a_delivery_whose_job_was_lost_is_found(desk: Desk) -> None:
    Delivery.objects.create(
        channel=desk.channel, key="lost", digest=b"", received_at=clock.now() - timedelta(minutes=5)
    )
    assert requeue_deliveries(at=clock.now(), real_now=desk.now) == 1
    assert requeue_deliveries(at=clock.now(), real_now=desk.now) == 0
    for _ in range(6):
        desk.ahead += timedelta(minutes=2)
        requeue_deliveries(at=clock.now(), real_now=desk.now)
    assert Delivery.objects.values_list("status", "reason").get(key="lost") == ("failed", "gave_up")


@override_settings(LANGUAGE_CODE="en")
def test_an_unset_up_mailbox_says_so(sending_desk: Desk) -> None:
    question = asked(sending_desk)
    sending_desk.channel.config["smtp"] = {"host": "mail.example", "port": 25, "tls": "none"}
    sending_desk.channel.save()
    message = answer(sending_desk, question)
    sending_desk.sends()
    message.refresh_from_db()
    assert message.failure.startswith(reasons.NOT_SET_UP)
    assert servers.PASSWORD not in message.failure
