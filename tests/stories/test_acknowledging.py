"""A complaint is confirmed by a way that exists, whatever channel it came by; no message fails for want of one."""

from datetime import UTC, datetime

import pytest

from zhoudao.conduct.flows.commands import ensure_shipped_flows
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.acknowledging import ACTOR, acknowledge_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel, Message

pytestmark = pytest.mark.django_db(transaction=True)
REAL = datetime(2031, 1, 1, tzinfo=UTC)  # the company's clock may show anything else
MAIL = Claim("email", "wang@example.com", verified=True)
TYPED = Claim("email", "wang@example.com")


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    ensure_shipped_flows(shop.now)
    for kind in ("phone", "counter", "form", "email"):
        Channel.objects.create(code=kind, kind=kind, store=shop.cast.stores["web"])
    return shop


def complains(shop: Shop, channel: str, *claims: Claim) -> Case:
    """Somebody complains on this channel; the complaint's flow has begun."""
    known = [Claim("phone", "13812348000"), *claims]
    inbound = Inbound(channel, f"m-{channel}", known, text="我要投诉，洗衣机漏水没人管！", kind="complaint")
    received = receive_message(inbound=inbound, at=shop.now)
    dispatch.drain()
    return Case.objects.get(conversation_id=received.conversation_id)


def ours(case: Case) -> list[Message]:
    """What we wrote of ourselves, in whatever thread of the case."""
    assert case.conversation is not None
    threads = [case.conversation_id, *case.conversation.sides.values_list("id", flat=True)]
    return list(Message.objects.filter(conversation__in=threads, actor=ACTOR).order_by("created_at"))


@pytest.mark.parametrize(
    ("channel", "how", "notes"), [("phone", "by_phone", 1), ("counter", "in_person", 0), ("form", "on_page", 0)]
)
def test_who_cannot_be_written_to_is_confirmed_in_person(shop: Shop, channel: str, how: str, notes: int) -> None:
    case = complains(shop, channel)
    assert case.kind == "complaint"
    assert [message.direction for message in ours(case)] == ["note"] * notes
    assert all(case.number in message.text for message in ours(case))
    told = Event.objects.get(primary_id=case.id, type="cases.AcknowledgedInPerson")
    assert told.attributes == {"how": how}
    assert not Message.objects.filter(direction="out").exists(), "nothing that could fail"
    acknowledge_case(case_id=case.id, at=shop.later(minutes=1), real_now=REAL)
    assert Event.objects.filter(type="cases.AcknowledgedInPerson").count() == 1
    assert len(ours(case)) == notes


@pytest.mark.parametrize("channel", ["phone", "counter", "form"])
def test_a_proven_address_gets_it_in_writing_in_real_time(shop: Shop, channel: str) -> None:
    case = complains(shop, channel, MAIL)
    (message,) = ours(case)
    assert (message.direction, message.status, message.conversation.channel.kind) == ("out", "queued", "email")
    assert case.number in message.text
    assert message.send_after is not None
    assert abs((message.send_after - datetime.now(UTC)).total_seconds()) < 60, "not the company's time"
    acknowledge_case(case_id=case.id, at=shop.later(minutes=1), real_now=REAL)
    assert len(ours(case)) == 1


def test_an_address_anybody_could_have_typed_gets_no_mail(shop: Shop) -> None:
    case = complains(shop, "form", TYPED)
    assert ours(case) == []
    assert Event.objects.filter(primary_id=case.id, type="cases.AcknowledgedInPerson").exists()
