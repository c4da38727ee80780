"""Anybody can type anybody's number or address when they book: it is written to, and joins and opens nothing."""

import pytest

from zhoudao.doors.channels.kinds.email.smtp import _address_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.commands.telling import send_letter
from zhoudao.rooms.bookings.models import Letter
from zhoudao.rooms.bookings.tests.salon import Salon, open_salon
from zhoudao.rooms.cases.tests.shop import open_shop
from zhoudao.rooms.conversations.models import Channel, Conversation, Message
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.meeting import find_or_create_customer
from zhoudao.rooms.customers.queries import customer_of_identity

pytestmark = pytest.mark.django_db(transaction=True)
THEM = By("visitor:x")


@pytest.fixture
def salon() -> Salon:
    return open_salon(open_shop())


def a_mailbox(salon: Salon) -> Channel:
    return Channel.objects.create(code="mail", kind="email", store=salon.shop.cast.stores["web"])


def tell(salon: Salon) -> None:
    """What is due is told."""
    for letter_id in Letter.objects.filter(due_at__lte=salon.shop.now).order_by("due_at").values_list("id", flat=True):
        send_letter(letter_id, at=salon.shop.now, real_now=salon.shop.now)


def test_who_types_anothers_address_gets_nowhere_near_them(salon: Salon) -> None:
    mailbox = a_mailbox(salon)
    own = Claim("external", "wang@example.com", scope="mail")
    at = salon.shop.now
    victim = find_or_create_customer(claims=[own], name="王", at=at, by=THEM)
    asked = {"customer": victim, "store": mailbox.store, "started_at": at, "last_message_at": at}
    thread = Conversation.objects.create(channel=mailbox, **asked)
    typed = salon.books("14:00", name="坏人", phone="13700000000", email="wang@example.com")
    tell(salon)
    letter = Message.objects.get(is_auto=True)
    assert letter.conversation.customer_id == typed.customer_id != victim.pk
    assert not thread.messages.exists()
    assert victim.conversations.count() == 1
    assert _address_of(letter) == "wang@example.com"
    assert customer_of_identity("external", "mail", "wang@example.com") == victim.pk


def test_an_address_typed_before_its_owner_wrote_does_not_catch_their_mail(salon: Salon) -> None:
    a_mailbox(salon)
    typed, at = salon.books("14:00", name="坏人", phone="13700000000", email="wang@example.com"), salon.shop.now
    tell(salon)
    own = Claim("external", "wang@example.com", scope="mail")
    assert find_or_create_customer(claims=[own], at=at, by=THEM).pk != typed.customer_id


def test_who_types_anothers_number_first_is_not_told_what_they_book(salon: Salon) -> None:
    a_mailbox(salon)
    salon.books("14:00", email="bad@example.com")
    tell(salon)
    mine = salon.books("15:00", email="wang@example.com")
    tell(salon)
    told = Message.objects.filter(is_auto=True, text__contains=mine.token).get()
    assert _address_of(told) == "wang@example.com"
