"""The intake page: nothing that arrived is out of sight, and what failed can be saved."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.desk.intake.words import STATUSES
from zhoudao.ground.accounts.commands import NewUser, create_user
from zhoudao.ground.accounts.tests.cast import Cast, company
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.conversations.commands import (
    Claim,
    Inbound,
    accept_raw,
    fail_delivery,
    ignore_delivery,
    receive_message,
)
from zhoudao.rooms.conversations.models import Channel, Delivery
from zhoudao.rooms.conversations.refusals import KeyReused

NOON = datetime(2026, 8, 12, 4, 0, tzinfo=UTC)
MAIL = (
    b"From: =?utf-8?b?546L5bCP5aeQ?= <wang@example.com>\r\nSubject: =?utf-8?b?5rSX6KGj5py65ryP5rC0?=\r\n\r\n"
    b"<script>alert(1)</script> 13812348000"
)


@pytest.fixture
def cast(db: None, settings: Any) -> Cast:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return company()


@pytest.fixture
def lead(cast: Cast) -> Client:
    return signed_in(cast.people["zhao"])


@pytest.fixture
def mailbox(cast: Cast) -> Channel:
    return Channel.objects.create(
        code="mail", kind="email", store=cast.stores["web"], config={"address": "s@x.example"}
    )


def signed_in(user: Any) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    user.language = "en"
    user.save()
    client.force_login(user, backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def arrived(channel: Channel, key: str = "INBOX/1/1", raw: bytes = MAIL, at: datetime = NOON) -> Delivery:
    return accept_raw(channel=channel, key=key, raw=raw, at=at)


def text(client: Client, name: str = "intake", *args: object, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_empty_page_says_what_it_is_for(lead: Client) -> None:
    assert "Nothing has arrived yet" in text(lead)


def test_what_failed_is_shown_with_its_reason_and_what_to_do(lead: Client, mailbox: Channel) -> None:
    delivery = arrived(mailbox)
    fail_delivery(delivery, "too_deep", "20", at=NOON)
    assert "Its parts are nested too deeply" in text(lead)
    page = text(lead, "intake_delivery", delivery.id)
    assert "Read the beginning below" in page
    assert "Try again" in page


def test_the_beginning_is_shown_as_text_with_numbers_masked(lead: Client, mailbox: Channel) -> None:
    page = text(lead, "intake_delivery", arrived(mailbox).id)
    assert "王小姐" in page
    assert "洗衣机漏水" in page
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "138****8000" in page
    assert "13812348000" not in page
    assert "wang@" not in page


def test_filters_choose_and_a_page_ends_where_the_next_begins(lead: Client, mailbox: Channel, cast: Cast) -> None:
    other = Channel.objects.create(code="second", kind="email", store=cast.stores["web"])
    for number in range(30):
        arrived(mailbox, f"INBOX/1/{number}", at=NOON + timedelta(minutes=number))
    ignore_delivery(arrived(other, "INBOX/1/900"), "bulk")
    assert text(lead, status="ignored").count("Bulk mail.") == 1
    assert "Nothing of this kind" in text(lead, status="failed")
    assert text(lead, channel="second").count('class="linkish" href="/desk/intake/') == 1
    first = lead.get(reverse("intake")).context
    second = lead.get(reverse("intake"), {"cursor": first["next"]}).context
    keys = [row.delivery.key for row in [*first["rows"], *second["rows"]]]
    assert len(keys) == len(set(keys)) == 31
    assert second["next"] == ""
    assert lead.get(reverse("intake"), {"cursor": "x"}).status_code == 400


def test_what_was_taken_leads_to_its_words_and_is_not_shown_twice(lead: Client, mailbox: Channel) -> None:
    receive_message(
        inbound=Inbound("mail", "<1@x>#aa", claims=[Claim("external", "w@x.yz", scope="mail")], text="你好"), at=NOON
    )
    assert "Nothing has arrived yet" in text(lead)


def test_a_lead_tries_again_what_failed(lead: Client, mailbox: Channel) -> None:
    delivery = arrived(mailbox)
    fail_delivery(delivery, "gave_up", at=NOON)
    before = ProcrastinateJob.objects.count()
    lead.post(reverse("intake_replay", args=[delivery.id]))
    delivery.refresh_from_db()
    assert delivery.status == "received"
    assert ProcrastinateJob.objects.count() == before + 1
    assert Event.objects.filter(type="conversations.DeliveryReplayed").count() == 1


def test_what_was_set_aside_offers_to_be_taken(lead: Client, mailbox: Channel) -> None:
    delivery = arrived(mailbox)
    ignore_delivery(delivery, "auto_reply")
    assert "Take it as a message" in text(lead, "intake_delivery", delivery.id)


def test_a_message_under_a_used_key_becomes_one_of_its_own(lead: Client, cast: Cast) -> None:
    api = Channel.objects.get_or_create(code="api", defaults={"kind": "api", "store": cast.stores["web"]})[0]
    first = Inbound(api.code, "m-1", claims=[Claim("external", "w", scope="api")], text="第一")
    receive_message(inbound=first, at=NOON)
    with pytest.raises(KeyReused):
        receive_message(inbound=replace(first, text="第二"), at=NOON)
    delivery = Delivery.objects.get(status="failed")
    assert "第二" in text(lead, "intake_delivery", delivery.id)
    lead.post(reverse("intake_replay", args=[delivery.id]))
    delivery.refresh_from_db()
    assert delivery.message is not None
    assert delivery.message.text == "第二"


def test_setting_aside_needs_a_note_and_keeps_it(lead: Client, mailbox: Channel) -> None:
    delivery = arrived(mailbox)
    fail_delivery(delivery, "unreadable", at=NOON)
    lead.post(reverse("intake_dismiss", args=[delivery.id]), {"note": " "})
    delivery.refresh_from_db()
    assert delivery.status == "failed"
    lead.post(reverse("intake_dismiss", args=[delivery.id]), {"note": "已电话联系 13812348000"})
    delivery.refresh_from_db()
    assert (delivery.status, delivery.reason, delivery.detail) == ("ignored", "unreadable", "已电话联系 138****8000")


def test_a_mailbox_in_trouble_is_named_with_what_to_do(lead: Client, mailbox: Channel) -> None:
    mailbox.state = {
        "error": "sign_in",
        "error_at": NOON.isoformat(),
        "counts": {"server": 120, "ours": 118, "missing": 2},
    }
    mailbox.save()
    page = text(lead)
    assert "check user and password" in page
    assert "The server has 120 mails, 118 are here" in page


def test_an_agent_may_not_look(cast: Cast, mailbox: Channel) -> None:
    agent, delivery = signed_in(cast.people["wang"]), arrived(mailbox)
    for name, args in (("intake", []), ("intake_delivery", [delivery.id])):
        assert agent.get(reverse(name, args=args)).status_code == 403
    for name in ("intake_replay", "intake_dismiss"):
        assert agent.post(reverse(name, args=[delivery.id])).status_code == 403


def test_what_belongs_to_another_store_does_not_exist(cast: Cast, mailbox: Channel) -> None:
    new = NewUser("shop-lead@example.com", "店长")
    user = create_user(new, password="correct horse battery", roles=["team_lead"], store=cast.stores["nanjing"])
    client, delivery = signed_in(user), arrived(mailbox)
    assert "Nothing has arrived yet" in text(client)
    assert client.get(reverse("intake_delivery", args=[delivery.id])).status_code == 404


def test_the_first_page_costs_the_same_with_many_rows(
    lead: Client, mailbox: Channel, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        arrived(mailbox, f"INBOX/1/{number}")
    with django_assert_max_num_queries(12):
        text(lead)


def test_every_status_has_words() -> None:
    assert set(STATUSES) == {"received", "parsed", "failed", "ignored"}
