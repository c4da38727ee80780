"""Visitors of the web chat: an unguessable, signed token, bound to the channel it was given on."""

from datetime import datetime
from uuid import UUID

from django.core import signing

from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import url_token
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.queries import customer_of_identity, group_ids
from zhoudao.rooms.entrances.queries import is_good

_SALT = "zhoudao.visitor"


@frozen
class Visitor:
    """Who holds a token: an id that means something on this channel only. `pass_id`: good as long as that pass is."""

    channel: str
    id: str
    pass_id: UUID | None = None


def new_token(channel_code: str, visitor_id: str = "", pass_id: UUID | None = None) -> str:
    """A token for somebody new on this channel, or for the visitor named; with a pass no longer good than that is."""
    held = [pass_id.hex] if pass_id else []
    return signing.dumps([channel_code, visitor_id or url_token(), *held], salt=_SALT, compress=False)


def read_token(token: str, *, real_now: datetime) -> Visitor | None:
    """Who this token names; None when we did not sign it, or its pass is over."""
    try:
        channel, visitor_id, *held = signing.loads(token, salt=_SALT)
        visitor = Visitor(str(channel), str(visitor_id), UUID(held[0]) if held else None)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return visitor if visitor.pass_id is None or is_good(visitor.pass_id, real_now=real_now) else None


def records_of(visitor: Visitor) -> list[UUID]:
    """Whose conversations a visitor's are. Who has proved who they are sees those of joined records too."""
    customer_id = customer_of_identity("visitor", visitor.channel, visitor.id)
    if customer_id is None:
        return []
    return group_ids(customer_id) if visitor.pass_id else [customer_id]


def visitor_conversation(visitor: Visitor) -> UUID | None:
    """The visitor's newest conversation on their channel, if they ever wrote."""
    records = records_of(visitor)
    if not records:
        return None
    rows = Conversation.objects.filter(customer_id__in=records, channel__code=visitor.channel)
    return rows.order_by("-started_at", "-id").values_list("id", flat=True).first()
