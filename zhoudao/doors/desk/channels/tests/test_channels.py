"""The channels page: figures that can be checked, reasons to act on, and trying again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.ground.accounts.models import Grant, Team
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import (
    Claim,
    Inbound,
    accept_raw,
    fail_delivery,
    mark_failed,
    receive_message,
    reply,
)
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.commands.counting import count_hours
from zhoudao.rooms.conversations.commands.late_files import note_missing_file
from zhoudao.rooms.conversations.models import UNCONFIRMED, Channel, Message
from zhoudao.rooms.voice.models import Rating

AGENT = By("user:0190a0a0-0000-7000-8000-000000000001")
SILENT = "The customer has not written for 48 hours: WeChat carries no answer. Reach them another way."
BACKEND = "zhoudao.ground.accounts.backends.WithGrants"


@pytest.fixture
def cast(db: None) -> Cast:
    return company()


@pytest.fixture
def lead(cast: Cast) -> Client:
    return sign_in(cast, "zhao")


@pytest.fixture
def wechat(cast: Cast) -> Channel:
    return Channel.objects.create(code="gzh", kind="wechat", store=cast.stores["web"], names={"zh-Hans": "公众号"})


def sign_in(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.people[name], backend=BACKEND)
    return client


def heard(channel: Channel, key: str = "1", sender: str = "wang") -> Message:
    """Somebody writes; a case is there a moment later."""
    inbound = Inbound(channel.code, key, claims=[Claim("external", sender, scope=channel.code)], text="在吗")
    received = receive_message(inbound=inbound, at=clock.now())
    message = Message.objects.select_related("conversation").get(id=received.message_id)
    thread = message.conversation
    Case.objects.create(
        number=f"C2026-{Case.objects.count() + 1:06}", conversation=thread, customer=thread.customer,
        store=thread.store, opened_at=clock.now(), updated_at=clock.now(), status="open",
        team=Team.objects.get(code="reception"),
    )  # fmt: skip
    return message


def failed_answer(question: Message) -> Message:
    answer = reply(
        conversation_id=question.conversation_id, text="在的", by=AGENT, author_name="李娜", at=clock.now(),
        real_now=datetime.now(UTC),
    )  # fmt: skip
    mark_failed(message_id=answer.id, reason=f"{SILENT}\n45015 out of time", at=clock.now())
    return answer


def row(page: Any, code: str) -> Any:
    return next(row for row in page.context["rows"] if row.channel.code == code)


def test_every_channel_has_its_figures(lead: Client, wechat: Channel) -> None:
    first = heard(wechat)
    heard(wechat, "2", "li")
    Case.objects.filter(conversation=first.conversation).update(
        first_human_contact_at=clock.now() + timedelta(minutes=12), awaits_us=False
    )
    case = Case.objects.get(conversation=first.conversation)
    Rating.objects.create(case=case, score=5, rated_at=clock.now())
    count_hours(at=clock.now())
    found = row(lead.get("/desk/channels/"), "gzh")
    assert (found.volume.received, found.served.waiting, found.failures) == (2, 1, "")
    assert found.served.first_reply == pytest.approx(12, abs=0.1)
    assert (found.served.said.share, found.served.said.ratings) == (1.0, 1)
    assert found.health.level == "good"


def test_what_is_wrong_is_said_with_what_to_do(lead: Client, wechat: Channel) -> None:
    assert row(lead.get("/desk/channels/"), "gzh").health.level == "new"
    heard(wechat)
    count_hours(at=clock.now())
    facts: list[tuple[dict[str, Any], str]] = [
        ({"refused_at": datetime.now(UTC).isoformat()}, "签名"),
        ({"silent": {"since": clock.now().isoformat(), "expected": 12}}, "12"),
        ({"silent": {"since": clock.now().isoformat(), "expected": None}}, "测试"),
        ({"error": "WeChat refused AppID or AppSecret; an administrator has to check them."}, "AppSecret"),
    ]
    for facts_, words in facts:
        note_channel(wechat.id, **facts_)
        health = row(lead.get("/desk/channels/"), "gzh").health
        assert (health.level, words in health.to_do) == ("bad", True)
    Channel.objects.filter(id=wechat.id).update(is_active=False)
    assert row(lead.get("/desk/channels/"), "gzh").health.level == "off"


def test_a_silent_channel_is_marked_on_the_board(lead: Client, wechat: Channel) -> None:
    assert "公众号" not in lead.get("/desk/board/").content.decode()
    note_channel(wechat.id, silent={"since": clock.now().isoformat(), "expected": 12})
    assert "公众号" in lead.get("/desk/board/").content.decode()
    note_channel(wechat.id, silent=None)
    assert "公众号" not in lead.get("/desk/board/").content.decode()


def test_a_failed_answer_says_why_in_the_readers_language_and_is_sent_again(lead: Client, wechat: Channel) -> None:
    answer = failed_answer(heard(wechat))
    assert row(lead.get("/desk/channels/"), "gzh").failures == "1"
    page = lead.get("/desk/channels/gzh/").content.decode()
    assert "48 小时" in page
    assert "C2026-000001" in page
    lead.post(f"/desk/channels/gzh/again/{answer.id}/")
    answer.refresh_from_db()
    assert (answer.status, answer.failure) == ("queued", "")
    jobs = ProcrastinateJob.objects.filter(task_name="channels.deliver_reply", args__message_id=str(answer.id))
    assert jobs.exists()
    assert lead.post(f"/desk/channels/gzh/again/{answer.id}/").status_code == 404, "it is no failure any more"


def test_all_that_were_given_up_are_sent_again_at_once(lead: Client, wechat: Channel) -> None:
    answers = [failed_answer(heard(wechat, str(n), f"person {n}")) for n in range(3)]
    lead.post("/desk/channels/gzh/again/")
    states = set(Message.objects.filter(id__in=[one.id for one in answers]).values_list("status", flat=True))
    assert states == {"queued"}


def test_what_may_have_arrived_is_sent_again_only_one_by_one_or_said_to_have_arrived(
    lead: Client, wechat: Channel
) -> None:
    answer = failed_answer(heard(wechat))
    Message.objects.filter(id=answer.id).update(failure=f"{UNCONFIRMED}\nHTTP 504")
    assert "可能已经送到" in lead.get("/desk/channels/gzh/").content.decode()
    lead.post("/desk/channels/gzh/again/")
    answer.refresh_from_db()
    assert answer.is_unconfirmed, "nothing is sent twice by a button for all"
    address = f"/desk/cases/C2026-000001/messages/{answer.id}/arrived/"
    assert address in lead.get("/desk/cases/C2026-000001/").content.decode()
    lead.post(address, headers={"HX-Request": "true"})
    answer.refresh_from_db()
    assert (answer.status, answer.failure) == ("sent", "")
    assert address not in lead.get("/desk/cases/C2026-000001/").content.decode()


def test_a_file_that_did_not_load_is_asked_for_again(lead: Client, wechat: Channel) -> None:
    message = heard(wechat)
    note_missing_file(message_id=message.id, reason="WeChat is busy; it is tried again by itself.", is_final=True)
    assert "微信繁忙" in lead.get("/desk/channels/gzh/").content.decode()
    lead.post(f"/desk/channels/gzh/again/{message.id}/")
    assert ProcrastinateJob.objects.filter(task_name="channels.fetch_file").count() == 1


def test_a_file_that_did_not_load_is_said_in_the_thread_and_asked_for_there(lead: Client, wechat: Channel) -> None:
    message = heard(wechat)
    note_missing_file(message_id=message.id, reason="WeChat is busy; it is tried again by itself.", is_final=True)
    page = lead.get("/desk/cases/C2026-000001/").content.decode()
    assert "文件没有取到：微信繁忙" in page
    address = f"/desk/cases/C2026-000001/messages/{message.id}/fetch/"
    assert address in page
    answer = lead.post(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert ProcrastinateJob.objects.filter(task_name="channels.fetch_file").count() == 1
    assert lead.post(f"/desk/cases/C2026-000001/messages/{uuid4()}/fetch/").status_code == 404
    Message.objects.filter(id=message.id).update(failure="")
    lead.post(address, headers={"HX-Request": "true"})
    assert ProcrastinateJob.objects.filter(task_name="channels.fetch_file").count() == 1, "nothing is missing any more"


def test_what_could_not_be_taken_leads_to_the_intake_page(lead: Client, wechat: Channel) -> None:
    delivery = accept_raw(channel=wechat, key="bad", raw=b"<xml", at=clock.now())
    fail_delivery(delivery, "unreadable", at=clock.now())
    page = lead.get("/desk/channels/gzh/").content.decode()
    assert f"/desk/intake/{delivery.id}/" in page
    assert "status=failed&amp;channel=gzh" in page


def test_others_channels_do_not_exist_and_agents_may_not_look(cast: Cast, wechat: Channel) -> None:
    Grant.objects.filter(user=cast.people["zhao"]).update(team=None, store=cast.stores["nanjing"])
    lead = sign_in(cast, "zhao")
    assert [row.channel.code for row in lead.get("/desk/channels/").context["rows"]] == []
    answer = failed_answer(heard(wechat))
    assert lead.get("/desk/channels/gzh/").status_code == 404
    assert lead.post(f"/desk/channels/gzh/again/{answer.id}/").status_code == 404
    assert lead.post("/desk/channels/gzh/again/").status_code == 404
    assert sign_in(cast, "wang").get("/desk/channels/").status_code == 403
    assert sign_in(cast, "admin").post(f"/desk/channels/gzh/again/{uuid4()}/").status_code == 404
    answer.refresh_from_db()
    assert answer.status == "failed"


def test_the_page_costs_the_same_however_many_channels_there_are(lead: Client, cast: Cast, wechat: Channel) -> None:
    def cost() -> int:
        clock.forget()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert lead.get("/desk/channels/").status_code == 200
        return len(seen)

    few = cost()
    for n in range(12):
        channel = Channel.objects.create(code=f"c{n}", kind="webhook", store=cast.stores["web"])
        failed_answer(heard(channel, sender=f"p{n}"))
    assert cost() == few
    assert few <= 12
