"""What a message costs behind its acknowledgement: statements, which do not depend on the machine."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.conduct.flows.models import Task
from zhoudao.doors.channels import inbound
from zhoudao.doors.channels.kinds.email.mailboxes import add_mailbox
from zhoudao.doors.cli.bench_inside import mail
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, accept_raw, receive_message
from zhoudao.rooms.conversations.models import Channel, Delivery
from zhoudao.rooms.staff.models import Member

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES, ROUNDS = 8, 4


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(dispatch, "HOLD_SECONDS", 60.0)  # batches of one size, however slow the machine
    shop = open_shop()
    Member.objects.update(capacity=ROUNDS * MESSAGES)  # everybody has room for all
    ensure_shipped_flows(shop.now)
    shop.hears("你好，订单还没有发货", who="visitor-0")  # tables, rules, calendars and flows are read once a process
    return shop


def test_a_case_with_its_flow_is_opened_in_at_most_twenty_statements(shop: Shop) -> None:
    costs = [_drained(shop, round_) for round_ in range(ROUNDS)]
    assert Case.objects.filter(owner__isnull=False).count() == ROUNDS * MESSAGES + 1
    assert Task.objects.count() == ROUNDS * MESSAGES + 1
    assert min(costs) <= 20  # 17, and what others' transactions make us look again; see decision 051


def _drained(shop: Shop, round_: int) -> float:
    """Statements behind each of some messages. Another database's transaction makes events wait, and us look again."""
    for number in range(round_ * MESSAGES, (round_ + 1) * MESSAGES):
        claims = [Claim("visitor", f"visitor-{number + 1}", scope="webchat")]
        said = Inbound(channel="webchat", external_id=f"cost-{number}", claims=claims, text="你好，订单还没有发货")
        receive_message(inbound=said, at=shop.now)
    with CaptureQueriesContext(connection) as sent:
        dispatch.drain()
    return len(sent) / MESSAGES


def test_a_mail_is_kept_in_five_statements_and_read_in_twelve(shop: Shop, django_assert_num_queries: Any) -> None:
    channel = _mailbox(shop)
    _keep(channel, 0)
    _read(shop)
    with django_assert_num_queries(5):
        _keep(channel, 1)
    delivery = Delivery.objects.get(channel=channel, status="received")
    with django_assert_num_queries(12):
        inbound.parse_delivery(delivery.id, at=shop.now, real_now=shop.now)
    delivery.refresh_from_db()
    assert delivery.status == "parsed"
    assert delivery.message_id


def _mailbox(shop: Shop) -> Channel:
    server = {"host": "127.0.0.1", "port": 9, "tls": "none", "user": "shop"}
    return add_mailbox(
        address="shop@bench.example",
        imap=server,
        smtp=server,
        passwords={"imap_password": "open sesame"},
        since=shop.now.date(),
        name="Mail",
    )


def _keep(channel: Channel, number: int) -> None:
    accept_raw(channel=channel, key=f"INBOX/1/{number}", raw=mail(number), at=TUESDAY)


def _read(shop: Shop) -> None:
    for delivery in Delivery.objects.filter(status="received"):
        inbound.parse_delivery(delivery.id, at=shop.now, real_now=shop.now)
