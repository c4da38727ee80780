"""Wrote by WeChat yesterday, comes to the store today, is answered by mail, and is asked nothing twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from zhoudao.doors.channels import inbound, outbound
from zhoudao.doors.channels.kinds.email.tests import servers
from zhoudao.doors.channels.kinds.email.tests.conftest import DESK, make_channel
from zhoudao.doors.channels.kinds.wechat import fake
from zhoudao.doors.channels.kinds.wechat.tests.conftest import AES_KEY, Line, make_line, platform, told
from zhoudao.doors.desk.counter.tests.conftest import desk, open_shop, shop, sign_in
from zhoudao.doors.desk.inbox.tests.browser import IN_BROWSER, Desk, shot
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop
from zhoudao.rooms.conversations.commands import accept_raw
from zhoudao.rooms.conversations.models import Channel, Delivery, Message
from zhoudao.rooms.customers.models import Customer

__all__ = ["desk", "open_shop", "platform", "shop", "sign_in"]
pytestmark = IN_BROWSER
ADDRESS = "wang@example.com"
YESTERDAY = "磨豆机声音很大，订单 O2026-000123"
TODAY = "机器带来了，店里试过确实响，想换一台"


@pytest.fixture
def smtp() -> Iterator[servers.Outgoing]:
    with servers.outgoing() as sink:
        yield sink


@pytest.fixture
def line(shop: Shop, platform: fake.Platform) -> Line:
    """The account in the safe mode: what the platform tells is encrypted and signed."""
    platform.aes_key = AES_KEY
    return make_line(platform, acknowledges="no")


def works(shop: Shop) -> None:
    """What jobs and subscribers do, once around."""
    for delivery_id in list(Delivery.objects.filter(status="received").values_list("id", flat=True)):
        inbound.parse_delivery(delivery_id, at=shop.now, real_now=datetime.now(UTC))
    _heard()
    later = datetime.now(UTC) + timedelta(minutes=1)
    for message_id in list(Message.objects.filter(status="queued").values_list("id", flat=True)):
        outbound.deliver_reply(message_id, at=shop.now, real_now=later)
    _heard()


def _heard() -> None:
    with transaction.atomic():
        dispatch.drain()


def answered_by_mail(shop: Shop, mailbox: Channel, answer: EmailMessage, text: str) -> None:
    """The customer presses "reply" in their mail program."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = f"王小姐 <{ADDRESS}>", DESK, "<theirs-1@example.com>"
    mail["Subject"], mail["In-Reply-To"] = answer["Subject"], answer["Message-ID"]
    mail["References"] = answer["Message-ID"]
    mail.set_content(text)
    accept_raw(channel=mailbox, key="INBOX/1/1", raw=mail.as_bytes(), at=shop.now)
    works(shop)


def test_nothing_is_asked_twice(shop: Shop, desk: Desk, line: Line, smtp: servers.Outgoing) -> None:
    mailbox = make_channel(smtp_port=smtp.port)
    line.hears(told(MsgId="1", Content=YESTERDAY))
    works(shop)
    before = Case.objects.get()
    shop.later(hours=24)

    page = desk("luo", "/desk/counter/", width=390)
    page.locator("#words").fill(before.number)
    page.keyboard.press("Enter")
    expect(page.locator(".counter-history")).to_contain_text(YESTERDAY)
    page.locator("#id_text").fill(TODAY)
    page.locator(".counter-who summary").click()
    page.locator("#id_email").fill(ADDRESS)
    page.locator("#id_is_checked").check()
    page.locator("#visit .button-main").click()
    expect(page.locator("#slip")).to_contain_text("正在建立工单")
    works(shop)
    case = Case.objects.exclude(id=before.id).get()
    expect(page.locator(".slip-number")).to_have_text(case.number)
    assert (case.customer_id, case.store.code) == (before.customer_id, "nanjing")

    page = _answer_by_mail(shop, desk, case)
    assert smtp.recipients == [[ADDRESS]]
    assert "新机今天发出" in _words(smtp.mails[0])

    shop.later(hours=1)
    answered_by_mail(shop, mailbox, smtp.mails[0], "好的，谢谢，发票也麻烦换一下。")
    assert Case.objects.count() == 2, "the answer joined its case"
    assert Customer.objects.count() == 1
    page.reload()
    expect(page.locator("#thread")).to_contain_text("发票也麻烦换一下")
    expect(page.locator("#ways select option:checked")).to_contain_text("邮件")
    page.locator("#reply-text").fill("发票随新机寄出。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message.is-out")).to_have_count(2)
    works(shop)
    assert smtp.mails[1]["In-Reply-To"] == "<theirs-1@example.com>", "in the customer's own thread"
    assert Message.objects.filter(conversation__main=case.conversation_id).count() == 3
    case.refresh_from_db()
    assert (case.status, case.awaits_us) == ("waiting", False)


def _answer_by_mail(shop: Shop, desk: Desk, case: Case) -> Page:
    """The online agent sees both, and chooses the address that was checked at the counter."""
    page = desk("zhao", f"/desk/cases/{case.number}/")
    expect(page.locator("#thread")).to_contain_text(TODAY)
    expect(page.locator("#case-side")).to_contain_text(YESTERDAY[:8])
    ways = page.locator("#ways select")
    expect(ways.locator("option")).to_have_count(2)
    expect(ways.locator("option:checked")).to_contain_text("微信")
    mail_way = ways.locator("option", has_text="邮件")
    expect(mail_way).to_contain_text("w***@example.com")
    ways.select_option(value=mail_way.get_attribute("value"))
    page.locator("#reply-text").fill("王小姐您好，新机今天发出，旧机留在南京店即可。")
    shot(page, "ways")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread .message.is-out")).to_contain_text("新机今天发出")
    works(shop)
    return page


def _words(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""
