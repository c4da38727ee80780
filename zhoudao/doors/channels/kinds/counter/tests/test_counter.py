"""What is said at a counter becomes a case like any other, and nothing can be sent there."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from zhoudao.doors.channels import outbound, wiring
from zhoudao.doors.channels.kinds.counter.wiring import GONE_HOME
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid7
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, receive_message, reply
from zhoudao.rooms.conversations.commands.visits import AddressUnsound, PhoneUnsound, Visitor, note_visit
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.conversations.refusals import ChannelUnknown, KeyReused, MessageEmpty
from zhoudao.rooms.customers.commands.joining import CustomerNotFound
from zhoudao.rooms.customers.models import Customer, Identity

pytestmark = pytest.mark.django_db
CLERK = By("user:0190a0a0-0000-7000-8000-000000000002")


@pytest.fixture(autouse=True)
def counter() -> Channel:
    wiring.wire()
    shop = Store.objects.create(code="nanjing", names={"zh-Hans": "南京店"})
    Channel.objects.create(code="app", kind="webhook", store=shop)
    return Channel.objects.create(code="counter", kind="counter", store=shop)


def notes(visitor: Visitor | None = None, *, channel: str = "counter", id_: str = "", **differs: Any) -> Message:
    inbound = Inbound(channel, f"counter/{id_ or uuid4()}", **({"text": "咖啡机不出水"} | differs))
    received = note_visit(visitor or Visitor(), inbound=inbound, by=CLERK, at=clock.now())
    return Message.objects.get(id=received.message_id)


def wrote_before(*claims: Claim) -> Customer:
    received = receive_message(inbound=Inbound("app", str(uuid4()), claims, text="你好"), at=clock.now())
    return Message.objects.get(id=received.message_id).conversation.customer


def known_of(customer: Customer) -> set[tuple[str, bool]]:
    return set(Identity.objects.filter(customer=customer).values_list("kind", "suggested"))


def test_an_answer_on_it_says_what_to_do_instead() -> None:
    written = reply(
        conversation_id=notes().conversation_id, text="您好", by=CLERK, author_name="罗丹", at=clock.now(),
        real_now=datetime.now(UTC),
    )  # fmt: skip
    outbound.deliver_reply(written.id, at=clock.now(), real_now=datetime.now(UTC))
    written.refresh_from_db()
    assert (written.status, written.failure) == ("failed", GONE_HOME)


def test_who_was_found_stays_the_same_person() -> None:
    known = wrote_before(Claim("openid", "o-1", scope="app", verified=True))
    first = notes(Visitor(customer_id=known.id))
    second = notes(Visitor(customer_id=known.id), text="另外发票也没给")
    assert {first.conversation.customer, second.conversation.customer} == {known}
    assert first.conversation_id != second.conversation_id, "two visits, two matters"


def test_only_what_was_seen_is_proven() -> None:
    known = wrote_before(Claim("openid", "o-1", scope="app", verified=True))
    notes(Visitor(customer_id=known.id, email="Wang@Example.com"))
    assert ("email", True) in known_of(known)
    notes(Visitor(customer_id=known.id, email="wang@example.com", is_checked=True))
    assert ("email", False) in known_of(known)
    assert ("email", True) not in known_of(known), "the suggestion is settled"
    told = Event.objects.filter(type="customers.IdentitiesNoted").order_by("id")
    assert [event.attributes["is_proven"] for event in told] == [False, True]
    assert told[0].actor == CLERK.actor
    assert "wang" not in str([event.attributes for event in told]).lower()


def test_what_is_proven_of_another_stays_theirs() -> None:
    other = wrote_before(Claim("phone", "13812348000", verified=True))
    known = wrote_before(Claim("openid", "o-1", scope="app", verified=True))
    notes(Visitor(customer_id=known.id, phone="138 1234 8000", is_checked=True))
    assert ("phone", True) in known_of(known), "a suggestion from which the two may be joined"
    assert ("phone", False) in known_of(other)


def test_a_stranger_is_a_new_customer_and_known_again_by_the_number_they_gave() -> None:
    first = notes(Visitor(name="王女士", phone="13812348000")).conversation.customer
    assert first.name == "王女士"
    assert notes(Visitor(phone="138 1234 8000")).conversation.customer == first
    proven = wrote_before(Claim("phone", "13812348000", verified=True))
    assert proven != first, "a number that nobody checked opens nobody's history"
    assert notes(Visitor(phone="13812348000", is_checked=True)).conversation.customer == proven


def test_sending_it_twice_is_one_message_and_one_fact() -> None:
    known = wrote_before(Claim("openid", "o-1", scope="app", verified=True))
    photo = [Upload("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 40)]
    one = [notes(Visitor(customer_id=known.id, phone="13812348000"), id_="v-1", uploads=photo) for _ in range(2)]
    assert one[0] == one[1]
    assert one[0].attachments.count() == 1
    assert Event.objects.filter(type="conversations.VisitNoted").count() == 1
    with pytest.raises(KeyReused):
        notes(Visitor(customer_id=known.id), id_="v-1", text="别的")


def test_what_the_colleague_says_of_kind_and_tier_goes_along() -> None:
    thread = notes(kind="after_sales", tier="urgent", order_number="O2026-000123").conversation
    assert (thread.wanted_kind, thread.wanted_tier, thread.order_number) == ("after_sales", "urgent", "O2026-000123")


@pytest.mark.parametrize(
    ("visitor", "differs", "refusal"),
    [
        (Visitor(phone="hello"), {}, PhoneUnsound),
        (Visitor(email="hello"), {}, AddressUnsound),
        (Visitor(customer_id=UUID(int=7)), {}, CustomerNotFound),
        (Visitor(), {"text": " "}, MessageEmpty),
        (Visitor(), {"channel": "app"}, ChannelUnknown),
        (Visitor(customer_id=uuid7()), {"channel": "nowhere"}, ChannelUnknown),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nobody_new(
    visitor: Visitor, differs: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        notes(visitor, **differs)
    assert not Customer.objects.exists()
