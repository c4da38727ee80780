"""From one mail server to the other: a mail becomes a case, the answer arrives, nobody is mailed twice."""

import re
import time
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.channels import inbound, wiring
from zhoudao.doors.channels.kinds.email import imap, polling
from zhoudao.doors.channels.kinds.email.mailboxes import try_mailbox
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.doors.channels.kinds.email.tests.conftest import Desk, make_channel, written
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import raw_of
from zhoudao.rooms.conversations.commands.channels import secrets_of
from zhoudao.rooms.conversations.models import Channel, Delivery, Message

_boxes = iter(range(10_000))


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


@pytest.fixture
def live(db: None, imap_server: servers.ImapServer, smtp_server: servers.Outgoing) -> Desk:
    """A mailbox on a real server, fresh for each test."""
    return live_desk(imap_server, smtp_server)


@pytest.fixture
def working(shop: Shop, imap_server: servers.ImapServer, smtp_server: servers.Outgoing) -> Desk:
    """The same in an open shop, where mails become cases."""
    return live_desk(imap_server, smtp_server)


def live_desk(imap_server: servers.ImapServer, smtp_server: servers.Outgoing) -> Desk:
    wiring.wire()
    address = f"service{next(_boxes)}@shop.example"
    return Desk(make_channel(imap_server.port, smtp_server.port, address), imap=imap_server, out=smtp_server)


def arrives(desk: Desk, *mails: EmailMessage | bytes) -> None:
    assert desk.imap is not None
    raw = [mail if isinstance(mail, bytes) else mail.as_bytes() for mail in mails]
    desk.imap.put(desk.channel.config["address"], *raw)


def state(desk: Desk) -> dict[str, Any]:
    return dict(Channel.objects.get(id=desk.channel.id).state)


def test_a_mail_becomes_a_case_and_the_answer_arrives_in_its_thread(working: Desk, shop: Shop) -> None:
    arrives(working, written())
    working.works()
    working.works()
    case = Case.objects.get()
    (acknowledged,) = working.out.mails
    assert case.number in acknowledged["Subject"]
    assert (acknowledged["Auto-Submitted"], acknowledged["To"]) == ("auto-generated", "wang@example.com")
    assert "漏水" not in acknowledged.as_string() + str(acknowledged.get_body(("plain",)))

    viewer = shop.viewer("admin")
    reply_to_case(
        case_id=case.id, text="师傅今天就到。", viewer=viewer, at=clock.now(), real_now=working.now, undo_seconds=0
    )
    working.works()
    answered = working.out.mails[-1]
    assert answered["In-Reply-To"] == "<1@example.com>"

    arrives(working, written("好的，谢谢", message_id="<2@example.com>", In_Reply_To=answered["Message-ID"]))
    working.works()
    assert Case.objects.count() == 1
    assert [m.text for m in Message.objects.filter(direction="in").order_by("created_at")][1] == "好的，谢谢"
    assert len(working.out.mails) == 2


def test_a_colleague_who_reads_mail_takes_nothing_from_us_and_we_change_nothing(live: Desk) -> None:
    assert live.imap is not None
    arrives(live, written("一", message_id="<1@x>"), written("二", message_id="<2@x>"))
    with live.imap.signed_in(live.channel.config["address"]) as box:
        box.select("INBOX")
        box.store("1", "+FLAGS", "(\\Seen)")
    assert live.polls() == 2
    assert live.polls() == 0
    with live.imap.signed_in(live.channel.config["address"]) as box:
        box.select("INBOX")
        assert box.search(None, "UNSEEN")[1] == [b"2"]
    arrives(live, written("三", message_id="<3@x>"))
    assert live.polls() == 1


def test_a_mailbox_rebuilt_under_new_numbers_doubles_nothing(live: Desk) -> None:
    arrives(live, written("一", message_id="<1@x>"), written("二", message_id="<2@x>"))
    live.works()
    for delivery in Delivery.objects.filter(key__startswith="INBOX/"):
        Delivery.objects.filter(id=delivery.id).update(key=re.sub(r"/\d+/", "/7/", delivery.key))
    Channel.objects.filter(id=live.channel.id).update(state={"uidvalidity": 7, "start_uid": 0, "last_uid": 2})
    live.works()
    assert Delivery.objects.filter(key__startswith="INBOX/").count() == 4
    assert Message.objects.filter(direction="in").count() == 2
    assert state(live)["last_uid"] == 2


def test_what_was_missed_is_fetched_and_the_counts_agree(live: Desk) -> None:
    arrives(live, *[written(f"{n}", message_id=f"<{n}@x>") for n in range(5)])
    live.polls()
    assert state(live)["counts"] == {"server": 5, "ours": 5, "missing": 0}
    Delivery.objects.filter(key__endswith="/3").delete()
    live.polls()
    assert Delivery.objects.filter(key__startswith="INBOX/").count() == 4
    live.ahead = polling.COMPARE_EVERY
    live.polls()
    assert Delivery.objects.filter(key__startswith="INBOX/").count() == 5


def test_mails_are_read_in_the_same_go_and_need_no_job(live: Desk) -> None:
    before = ProcrastinateJob.objects.filter(task_name="channels.parse_delivery").count()
    arrives(live, *[written(f"{n}", message_id=f"<{n}@x>") for n in range(3)])
    live.polls()
    assert Message.objects.filter(direction="in").count() == 3
    assert ProcrastinateJob.objects.filter(task_name="channels.parse_delivery").count() == before


def test_mails_that_take_too_long_together_are_left_to_jobs(live: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "READING_SECONDS", -1.0)
    before = ProcrastinateJob.objects.filter(task_name="channels.parse_delivery").count()
    arrives(live, *[written(f"{n}", message_id=f"<{n}@x>") for n in range(3)])
    live.polls()
    assert Message.objects.filter(direction="in").count() == 0
    assert ProcrastinateJob.objects.filter(task_name="channels.parse_delivery").count() == before + 3
    live.reads()
    assert Message.objects.filter(direction="in").count() == 3


def test_mails_whose_reader_died_are_found_by_the_sweep(live: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "parse_kept", lambda *_ids, **_when: None)
    arrives(live, written("还在吗", message_id="<1@x>"))
    live.polls()
    assert inbound.reparse_stuck(at=clock.now() + timedelta(minutes=2), real_now=live.now) == 1
    live.reads()
    assert Message.objects.filter(direction="in").count() == 1


def test_a_mail_the_server_cannot_give_is_counted_and_stops_nothing(
    live: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrives(live, *[written(f"{n}", message_id=f"<{n}@x>") for n in range(3)])
    fetch = imap.Folder.fetch
    monkeypatch.setattr(
        imap.Folder, "fetch", lambda self, uid, at_most=None: None if uid == 2 else fetch(self, uid, at_most=at_most)
    )
    assert live.polls() == 2
    assert state(live)["counts"] == {"server": 3, "ours": 2, "missing": 1}


def test_of_forty_megabytes_the_first_is_kept(live: Desk) -> None:
    arrives(live, b"From: wang@example.com\r\nSubject: large\r\n\r\n" + (b"y" * 998 + b"\r\n") * 40_000)
    live.works()
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.reason, delivery.detail) == ("failed", "too_large", "38 MB")
    assert delivery.size > 39_000_000
    assert len(raw_of(delivery)) == polling.FIRST_BYTES


@pytest.mark.parametrize(
    ("change", "code"),
    [({"port": 1}, "unreachable"), ({"user": ""}, "sign_in"), ({"folder": "None"}, "folder"), ({"tls": "ssl"}, "tls")],
)
def test_what_is_wrong_with_a_mailbox_is_noted_for_people(live: Desk, change: dict[str, Any], code: str) -> None:
    live.channel.config["imap"] |= change
    live.channel.save()
    assert live.polls() == 0
    assert state(live)["error"] == code
    assert servers.PASSWORD not in str(state(live))


def test_a_mailbox_can_be_tried(live: Desk) -> None:
    arrives(live, written())
    steps = try_mailbox(live.channel, real_now=live.now)
    assert [(step.name, step.is_good) for step in steps] == [("imap", True), ("smtp", True)]
    assert steps[0].seen.startswith("1 mails")
    assert state(live)["tried"][1] == ["smtp", True, "NOOP 250", ""]


def test_passwords_are_sealed(live: Desk) -> None:
    row = Channel.objects.values().get(id=live.channel.id)
    assert servers.PASSWORD.encode() not in bytes(row["secrets_sealed"] or b"")
    assert servers.PASSWORD not in str(row["config"])
    assert secrets_of(live.channel) == {"imap_password": servers.PASSWORD}


def machine(mail: EmailMessage, number: int, **headers: str) -> EmailMessage:
    """Another desk's answer to what we sent it, with or without a sign that no person wrote it."""
    return written(
        f"您的邮件已收到 {number}",
        sender=str(mail["To"]),
        subject=f"Re: {mail['Subject']}",
        message_id=f"<auto{number}@example.com>",
        In_Reply_To=str(mail["Message-ID"]),
        **headers,
    )


@pytest.mark.parametrize("headers", [{}, {"Auto_Submitted": "auto-replied"}, {"subject": "自动回复"}])
def test_two_desks_that_answer_each_other_stop(working: Desk, headers: dict[str, str]) -> None:
    subject = headers.pop("subject", "")
    arrives(working, written())
    answered = 0
    for number in range(6):
        working.works()
        working.works()
        for mail in working.out.mails[answered:]:
            echo = machine(mail, number, **headers)
            if subject:
                echo.replace_header("Subject", subject)
            arrives(working, echo)
        answered = len(working.out.mails)
    assert answered == 1
    assert Case.objects.count() == 1


def test_one_address_is_acknowledged_once_an_hour_and_all_together_not_without_end(working: Desk) -> None:
    working.channel.config["acknowledgements_an_hour"] = 3
    working.channel.save()
    arrives(working, *[written(f"{n}", message_id=f"<{n}@x>") for n in range(3)])
    working.works()
    working.works()
    assert [mail["To"] for mail in working.out.mails] == ["wang@example.com"]
    arrives(working, *[written(f"{n}", message_id=f"<v{n}@x>", sender=f"v{n}@victim.example") for n in range(6)])
    working.works()
    working.works()
    assert Case.objects.count() == 9
    assert len(working.out.mails) == 3


def test_a_dead_mailbox_does_not_hold_up_the_others(live: Desk) -> None:
    dead = make_channel(1, 1, "dead@shop.example")
    start = time.monotonic()
    assert polling.poll(dead.id, at=clock.now(), real_now=live.now + timedelta(hours=1)) == 0
    assert time.monotonic() - start < 5
    arrives(live, written())
    assert live.polls() == 1
