"""A form takes no answers by itself; the address left there does."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from zhoudao.doors.channels import outbound, wiring
from zhoudao.doors.channels.kinds.form.wiring import NO_WAY_BACK
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.ways import ways_of
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel, Message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    wiring.wire()
    shop = open_shop()
    for code, kind in (("help", "form"), ("mail", "email")):
        Channel.objects.create(code=code, kind=kind, store=shop.cast.stores["web"])
    return shop


def wrote(shop: Shop, *claims: Claim) -> Case:
    said = Inbound("help", str(uuid4()), [*claims], text="发票抬头改一下", is_new_topic=True)
    received = receive_message(inbound=said, at=shop.now)
    dispatch.drain()
    return Case.objects.get(conversation_id=received.conversation_id)


def answers(shop: Shop, case: Case) -> Message:
    return reply_to_case(
        case_id=case.id, text="好的", viewer=shop.viewer("zhao"), at=shop.now, real_now=datetime.now(UTC)
    )


def test_without_an_address_it_says_to_call(shop: Shop) -> None:
    written = answers(shop, wrote(shop, Claim("external", "13812348000", scope="help"), Claim("phone", "13812348000")))
    outbound.deliver_reply(written.id, at=shop.now, real_now=datetime.now(UTC))
    written.refresh_from_db()
    assert (written.status, written.failure) == ("failed", NO_WAY_BACK)


def test_the_address_left_there_takes_the_answer(shop: Shop) -> None:
    own = [Claim("external", "w@example.com", scope="help"), Claim("email", "w@example.com")]
    case = wrote(shop, *own)
    assert [(way.channel.code, way.is_default) for way in ways_of(case)] == [("mail", True)]
    sent = answers(shop, case)
    assert (sent.conversation.channel.code, sent.conversation.main) == ("mail", case.conversation)
    answer = Inbound(
        "mail",
        "<1@example.com>#1",
        [Claim("external", "w@example.com", scope="mail")],
        text="谢谢",
        conversation_id=sent.conversation_id,
    )
    receive_message(inbound=answer, at=shop.now)
    dispatch.drain()
    assert Case.objects.count() == 1
