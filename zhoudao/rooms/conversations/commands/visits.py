"""A customer at the counter: what they say is written down by a colleague, and is a message like any other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.kit.frozen import frozen
from zhoudao.kit.text import NotAnEmail, NotAPhone, normalise_email, normalise_phone
from zhoudao.rooms.conversations.commands.receiving import Received, receive_message
from zhoudao.rooms.conversations.events import VisitNoted
from zhoudao.rooms.conversations.inbound import Inbound
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.conversations.refusals import ChannelUnknown, ConversationNotFound
from zhoudao.rooms.customers.claims import Claim
from zhoudao.rooms.customers.commands.introducing import note_identities
from zhoudao.rooms.customers.queries import group_ids


class PhoneUnsound(Exception):
    """This is no telephone number."""


class AddressUnsound(Exception):
    """This is no mail address."""


@frozen
class Visitor:
    """Who stands there: a customer who was found, or what they say of themselves.

    `is_checked`: the colleague has seen their phone, member card or papers, so what they say is proven.
    """

    customer_id: UUID | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    member: str = ""
    is_checked: bool = False


def note_visit(visitor: Visitor, *, inbound: Inbound, by: By, at: datetime) -> Received:
    """This will take what a customer says at a counter, once for each id: `inbound` brings channel, id, words, photos.

    Call it outside a transaction, as `receive_message`.

    Raises: ChannelUnknown, PhoneUnsound, AddressUnsound, CustomerNotFound, ConversationNotFound (not theirs), and what
    `receive_message` raises
    """
    if not Channel.objects.filter(code=inbound.channel, kind="counter", is_active=True).exists():
        raise ChannelUnknown(ChannelUnknown.__doc__)
    told = _told(visitor, inbound.channel)
    claims: Sequence[Claim] = told
    if visitor.customer_id is not None:
        own = Claim("external", str(visitor.customer_id), scope=inbound.channel)
        note_identities(customer_id=visitor.customer_id, claims=[own, *told], name=visitor.name, at=at, by=by)
        claims = [own]
    if inbound.main_id is not None:
        _check_main(inbound.main_id, visitor)
    received = receive_message(inbound=replace(inbound, claims=claims, name=visitor.name, is_new_topic=True), at=at)
    _note(received, visitor, by, at)
    return received


def _check_main(main_id: UUID, visitor: Visitor) -> None:
    group = group_ids(visitor.customer_id) if visitor.customer_id else []
    if not Conversation.objects.filter(id=main_id, main=None, customer_id__in=group).exists():
        raise ConversationNotFound(ConversationNotFound.__doc__)


@transaction.atomic
def _note(received: Received, visitor: Visitor, by: By, at: datetime) -> None:
    """What a process that died after the message left undone is done when the form is sent again."""
    rows = Conversation.objects.select_for_update(of=("self",)).select_related("channel")
    thread = rows.get(id=received.conversation_id)
    noted = Event.objects.filter(primary_id=thread.id, type=VisitNoted.name)
    if noted.filter(attributes__message_id=str(received.message_id)).exists():
        return
    here = By(by.actor, store_id=thread.store_id, channel=thread.channel.code)
    about = [About("conversation", thread.id), About("customer", thread.customer_id)]
    record(VisitNoted(str(received.message_id), visitor.is_checked), at=at, by=here, about=about)


def _told(visitor: Visitor, channel: str) -> list[Claim]:
    """A number that nobody checked is this counter's own id of who gave it: good for a record, no proof."""
    claims = []
    if visitor.phone.strip():
        try:
            number = normalise_phone(visitor.phone)
        except NotAPhone as error:
            raise PhoneUnsound(PhoneUnsound.__doc__) from error
        claims.append(Claim("phone", number, verified=visitor.is_checked))
        if visitor.customer_id is None:
            claims.append(Claim("external", number, scope=channel))
    if visitor.email.strip():
        try:
            address = normalise_email(visitor.email)
        except NotAnEmail as error:
            raise AddressUnsound(AddressUnsound.__doc__) from error
        claims.append(Claim("email", address, verified=visitor.is_checked))
    if visitor.member.strip():
        claims.append(Claim("member", visitor.member, verified=visitor.is_checked))
    return claims
