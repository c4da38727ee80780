"""One case on several channels: answered where the customer is, joined by what they answer, ended together."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.closing import close_case
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.commands.splitting import split_case, undo_split
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries.desk import open_case
from zhoudao.rooms.cases.queries.ways import ways_of
from zhoudao.rooms.cases.refusals import WayTaken, WayUnknown
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.customers.models import Customer

pytestmark = pytest.mark.django_db(transaction=True)
OPENID = Claim("openid", "o-1", scope="gzh", verified=True)
MAIL = Claim("email", "wang@example.com", verified=True)
BY_MAIL = Claim("external", "wang@example.com", scope="mail")


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    web = shop.cast.stores["web"]
    for code, kind in (("gzh", "wechat"), ("mail", "email"), ("counter", "counter")):
        Channel.objects.create(code=code, kind=kind, store=web)
    return shop


def says(shop: Shop, channel: str, *claims: Claim, **more: Any) -> Message:
    said = Inbound(channel, str(uuid4()), claims, **({"text": "机器还是不转"} | more))
    received = receive_message(inbound=said, at=shop.now)
    dispatch.drain()
    return Message.objects.get(id=received.message_id)


def answers(shop: Shop, case: Case, way: str = "", text: str = "请问订单号？") -> Message:
    message = reply_to_case(
        case_id=case.id, text=text, viewer=shop.viewer("zhao"), at=shop.later(minutes=1), real_now=datetime.now(UTC),
        way=way,
    )  # fmt: skip
    Message.objects.filter(id=message.id).update(status="queued")
    return message


def by_kind(case: Case) -> dict[str, str]:
    return {way.channel.kind: way.key for way in ways_of(case)}


def default_of(case: Case) -> str:
    return next(way.channel.kind for way in ways_of(case) if way.is_default)


def test_a_case_is_answered_on_a_channel_of_the_same_customer(shop: Shop) -> None:
    case = Case.objects.get(conversation=says(shop, "gzh", OPENID, MAIL).conversation)
    assert default_of(case) == "wechat", "where they wrote last"
    sent = answers(shop, case, by_kind(case)["email"])
    assert (sent.conversation.channel.kind, sent.conversation.main) == ("email", case.conversation)
    assert answers(shop, case, by_kind(case)["email"]).conversation == sent.conversation, "begun once"
    opened = open_case(shop.viewer("zhao"), case.number, at=shop.now)
    assert opened is not None
    assert opened.conversation_ids == [case.conversation_id, sent.conversation_id]


def test_what_they_answer_there_joins_the_case(shop: Shop) -> None:
    case = Case.objects.get(conversation=says(shop, "gzh", OPENID, MAIL).conversation)
    side = answers(shop, case, by_kind(case)["email"]).conversation
    answer = says(shop, "mail", BY_MAIL, conversation_id=side.id, is_new_topic=True)
    assert (answer.conversation, Case.objects.count()) == (side, 1)
    case.refresh_from_db()
    assert (case.awaits_us, case.preview, default_of(case)) == (True, "机器还是不转", "email")
    says(shop, "mail", BY_MAIL, is_new_topic=True)
    assert Case.objects.count() == 2, "a mail that answers nothing is a matter of its own"
    assert Customer.objects.count() == 1


def test_the_preference_counts_where_they_wrote_on_nothing_that_carries(shop: Shop) -> None:
    person = says(shop, "gzh", OPENID, MAIL).conversation.customer
    shop.later(minutes=1)
    said = says(shop, "counter", Claim("phone", "13812348000", verified=True))
    Customer.objects.filter(id=said.conversation.customer_id).update(merged_into=person, merged_at=shop.now)
    Customer.objects.filter(id=person.id).update(has_joined=True)
    case = Case.objects.get(conversation=said.conversation)
    assert default_of(case) == "wechat", "used last"
    Customer.objects.filter(id=person.id).update(preferred_channel="email")
    assert default_of(case) == "email"
    assert answers(shop, case).conversation.channel.kind == "email", "and without a choice as well"


def waits(shop: Shop) -> Case:
    """A case that came by mail and waits for the answer of somebody who is on WeChat as well."""
    thread = says(shop, "gzh", OPENID, MAIL).conversation
    Conversation.objects.filter(id=thread.id).update(channel=Channel.objects.get(code="mail"))
    Case.objects.filter(conversation=thread).update(status=Status.WAITING, updated_at=shop.later(minutes=5))
    return Case.objects.get(conversation=thread)


def test_without_threads_a_reply_joins_the_one_case_that_waits(shop: Shop) -> None:
    case = waits(shop)
    joined = says(shop, "gzh", OPENID, text="订单号是 O1")
    assert Conversation.objects.get(id=joined.conversation_id).main_id == case.conversation_id
    case.refresh_from_db()
    assert (case.status, case.preview, Case.objects.count()) == ("open", "订单号是 O1", 1)
    assert default_of(case) == "wechat"


@pytest.mark.parametrize("differs", ["nobody_asked", "long_ago", "two_wait"])
def test_what_may_be_about_something_else_is_a_case_of_its_own(shop: Shop, differs: str) -> None:
    case = waits(shop)
    if differs == "nobody_asked":
        Case.objects.filter(id=case.id).update(status=Status.OPEN)
    elif differs == "long_ago":
        shop.later(days=8)
    else:
        Case.objects.filter(id=case.id).update(status=Status.OPEN)
        waits(shop)
        Case.objects.filter(id=case.id).update(status=Status.WAITING, updated_at=shop.now)
    known = Case.objects.count()
    assert says(shop, "gzh", OPENID, text="另外想问个事").conversation.main_id is None
    assert Case.objects.count() == known + 1


def test_a_way_that_is_gone_or_anothers_is_refused_and_nothing_is_begun(shop: Shop) -> None:
    case = Case.objects.get(conversation=says(shop, "gzh", OPENID, MAIL).conversation)
    keys = by_kind(case)
    with pytest.raises(WayUnknown):
        answers(shop, case, "mail.nobody")
    other = says(shop, "mail", BY_MAIL, is_new_topic=True).conversation.customer
    assert other != case.customer, "an address in a mail proves nothing"
    with pytest.raises(WayTaken):
        answers(shop, case, keys["email"])
    Channel.objects.filter(code="mail").update(is_active=False)
    with pytest.raises(WayUnknown):
        answers(shop, case, keys["email"])
    assert not Conversation.objects.exclude(main=None).exists()


def test_all_its_threads_end_with_the_case_and_the_next_message_follows(shop: Shop) -> None:
    case = Case.objects.get(conversation=says(shop, "gzh", OPENID, MAIL).conversation)
    side = answers(shop, case, by_kind(case)["email"]).conversation
    close_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now, outcome="solved", cause="other")
    assert not Conversation.objects.filter(ended_at=None).exists()
    later = says(shop, "mail", BY_MAIL, conversation_id=side.id, is_new_topic=True).conversation
    linked = Case.objects.get(conversation=later)
    assert [link.target for link in linked.links.all()] == [case], "and is linked with it"


def test_something_else_said_on_a_side_is_split_off_and_comes_back(shop: Shop) -> None:
    case = Case.objects.get(conversation=says(shop, "gzh", OPENID, MAIL).conversation)
    side = answers(shop, case, by_kind(case)["email"]).conversation
    says(shop, "mail", BY_MAIL, conversation_id=side.id, text="好的")
    other = says(shop, "mail", BY_MAIL, conversation_id=side.id, text="发票抬头改一下")
    part = split_case(case_id=case.id, message_ids=[other.id], viewer=shop.viewer("zhao"), at=shop.later(minutes=1))
    assert part.conversation != side
    assert undo_split(case_id=part.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1)) == case
    other.refresh_from_db()
    assert other.conversation == side
