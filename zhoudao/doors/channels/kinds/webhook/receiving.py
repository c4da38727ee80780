"""What becomes of what was posted: a message, or kept in sight of people."""

from datetime import datetime

from zhoudao.doors.channels.kinds.webhook.reading import Posted, Unread, read
from zhoudao.rooms.conversations.commands import (
    Claim,
    Inbound,
    Upload,
    fail_delivery,
    finish_delivery,
    raw_of,
    receive_message,
)
from zhoudao.rooms.conversations.models import Delivery
from zhoudao.rooms.conversations.refusals import Kept


def receive(delivery: Delivery, at: datetime) -> None:
    """This will read one posted message and take it. Only our own faults are raised."""
    try:
        inbound = _inbound(delivery, read(raw_of(delivery)))
    except Unread as error:
        fail_delivery(delivery, "unreadable", str(error), at=at)
        return
    try:
        received = receive_message(inbound=inbound, at=at)
    except Kept as refusal:
        fail_delivery(delivery, refusal.reason, str(refusal), at=at)
    else:
        finish_delivery(delivery, message_id=received.message_id)


def _inbound(delivery: Delivery, posted: Posted) -> Inbound:
    code, sender = delivery.channel.code, posted.sender
    if posted.channel not in (None, code):
        raise Unread("It names another channel than the one it was posted to.")
    is_proof = delivery.channel.config.get("asserts_identity") is True
    claims = [
        Claim("external", sender.external_id, scope=code),
        Claim("phone", sender.phone, verified=is_proof),
        Claim("email", sender.email, verified=is_proof),
    ]
    return Inbound(
        channel=code,
        external_id=_own_id(delivery, posted),
        claims=[claim for claim in claims if claim.value.strip()],
        name=sender.name,
        text=posted.text,
        html=posted.html,
        subject=posted.subject,
        uploads=[Upload(file.name, file.decoded()) for file in posted.attachments],
        order_number=posted.order_number,
        sent_at=posted.sent_at,
        store=posted.store,
        conversation_id=None if delivery.reason == "not_yours" else posted.conversation_id,
        digest=bytes(delivery.digest),
    )


def _own_id(delivery: Delivery, posted: Posted) -> str:
    """The sender's own id in angle brackets, which no webhook-id begins with; a person who has a message with a used
    id tried again means it as a message of its own."""
    if posted.external_id is None or delivery.reason == "key_reused":
        return delivery.key
    return f"<{posted.external_id}>"
