"""Visitors of the web chat: an unguessable, signed token, bound to the channel it was given on."""

from dataclasses import dataclass
from uuid import UUID

from django.core import signing

from zhoudao.kit.ids import url_token
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.customers.queries import customer_of_identity

_SALT = "zhoudao.visitor"


@dataclass(frozen=True)
class Visitor:
    """Who holds a token: an id that means something on this channel only."""

    channel: str
    id: str


def new_token(channel_code: str, visitor_id: str = "") -> str:
    """A token for somebody new on this channel, or for the visitor named."""
    return signing.dumps([channel_code, visitor_id or url_token()], salt=_SALT, compress=False)


def read_token(token: str) -> Visitor | None:
    """Who this token names, or None when we did not sign it."""
    try:
        channel, visitor_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Visitor(str(channel), str(visitor_id))


def visitor_conversation(visitor: Visitor) -> UUID | None:
    """The visitor's newest conversation on their channel, if they ever wrote."""
    customer_id = customer_of_identity("visitor", visitor.channel, visitor.id)
    if customer_id is None:
        return None
    rows = Conversation.objects.filter(customer_id=customer_id, channel__code=visitor.channel)
    return rows.order_by("-started_at", "-id").values_list("id", flat=True).first()
