"""Messages in, and what became of them."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from zhoudao.doors.api import operations
from zhoudao.doors.api.problems import Refused
from zhoudao.doors.api.reach import visible_conversations
from zhoudao.doors.api.scopes import viewer_in
from zhoudao.doors.api.words import Code, Key, Line, Name, Text
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload, receive_message
from zhoudao.rooms.conversations.models import Conversation, Delivery
from zhoudao.rooms.conversations.queries import mains_of

router = Router(tags=["messages"])
SENT_SINCE = datetime(2000, 1, 1, tzinfo=UTC)


class Sender(BaseModel):
    """Who wrote. `external_id` is the sender's id in your system; phone and e-mail are proof only from a token with
    `identity:assert`, otherwise a suggestion."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    phone: Line = ""
    email: Line = ""
    external_id: Line = ""


class File(Schema):
    """A file: its type is read from its content."""

    model_config = ConfigDict(extra="forbid")

    name: Line = ""
    content: str = Field(description="Base64, at most 20 MB decoded")


class MessageIn(Schema):
    """A message. `external_id` is your own id of it: the same again is the same message."""

    model_config = ConfigDict(extra="forbid")

    channel: Code
    external_id: Key
    sender: Sender
    text: Text
    html: str = ""
    subject: Line = ""
    attachments: Annotated[list[File], Field(max_length=50)] = []
    order_number: Annotated[Line, Field(max_length=60)] = ""
    sent_at: Annotated[AwareDatetime, Field(ge=SENT_SINCE)] | None = None
    store: Code | None = None
    conversation_id: UUID | None = None


class MessageTaken(Schema):
    """`case` is null until it was opened."""

    message_id: UUID
    conversation_id: UUID
    case: str | None


class MessageState(Schema):
    """What became of a message, or of a delivery that was refused."""

    id: UUID
    status: Literal["received", "parsed", "failed"]
    reason: str
    channel: str
    message_id: UUID | None
    conversation_id: UUID | None
    case: str | None
    received_at: datetime


@operations.post(router, "", scope="messages:write", answers={200: MessageTaken, 202: MessageTaken})
def take_message(request: HttpRequest, message: MessageIn) -> Status[MessageTaken]:
    """Take a message: 202 when it is new, 200 when the same came before."""
    inbound = _inbound(message, viewer_in(request))
    received = receive_message(inbound=inbound, at=clock.now())
    case = None if received.is_first else case_number(received.conversation_id)
    taken = MessageTaken(message_id=received.message_id, conversation_id=received.conversation_id, case=case)
    return Status(200 if received.repeated else 202, taken)


@operations.get(router, "/{message_id}", scope="messages:read", answer=MessageState)
def message_state(request: HttpRequest, message_id: UUID) -> MessageState:
    """What became of a message (by `message_id`) or of what was refused (by `delivery_id`)."""
    viewer = viewer_in(request)
    row = Delivery.objects.filter(Q(message=message_id) | Q(id=message_id)).select_related("channel", "message").first()
    if row is None or not _may_see(row, viewer):
        raise Refused(404, "message_not_found", "There is no such message.")
    thread = row.message.conversation_id if row.message else None
    case = case_number(thread) if thread else None
    parsed: Literal["received", "parsed"] = "parsed" if case else "received"
    return MessageState(
        id=message_id,
        status="failed" if row.status in ("failed", "ignored") else parsed,
        reason=row.reason,
        channel=row.channel.code,
        message_id=row.message_id,
        conversation_id=thread,
        case=case,
        received_at=row.received_at,
    )


def _inbound(message: MessageIn, viewer: Viewer) -> Inbound:
    sender, is_proof = message.sender, viewer.may("identity:assert")
    claims = [
        Claim("phone", sender.phone, verified=is_proof),
        Claim("email", sender.email, verified=is_proof),
        Claim("external", sender.external_id, scope=message.channel),
    ]
    return Inbound(
        channel=message.channel,
        external_id=message.external_id,
        claims=[claim for claim in claims if claim.value.strip()],
        name=sender.name,
        text=message.text,
        html=message.html,
        subject=message.subject,
        uploads=[Upload(file.name, decoded(file.content)) for file in message.attachments],
        order_number=message.order_number,
        sent_at=message.sent_at,
        store=message.store,
        conversation_id=message.conversation_id,
        only_stores=viewer.stores_worked_in,  # a team's people write for any store
    )


def decoded(content: str) -> bytes:
    """A file's bytes. Raises: Refused"""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(422, "attachment_unreadable", "An attachment's content is not base64.") from error


def _may_see(row: Delivery, viewer: Viewer) -> bool:
    if row.message is not None:
        threads = Conversation.objects.filter(visible_conversations(viewer), id=row.message.conversation_id)
        return threads.exists()
    return viewer.stores is None or row.channel.store_id in viewer.stores


def case_number(conversation_id: UUID) -> str | None:
    """The number of the case behind a conversation, of its survivor after a merge."""
    row = (
        Case.objects.filter(conversation_id__in=mains_of([conversation_id]))
        .values_list("number", "merged_into__number")
        .first()
    )
    return (row[1] or row[0]) if row else None
