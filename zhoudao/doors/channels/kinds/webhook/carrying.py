"""Carrying answers: one signed POST each, under the message's id, so that a second copy can be dropped."""

import json
from datetime import UTC, datetime
from typing import Any

from zhoudao.doors.channels.kinds.webhook import reasons
from zhoudao.doors.channels.kinds.webhook.settings import Hook, client, hook_of
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.kit.outgoing import AddressRefused, AnswerTooLarge, NotAsked, TooSlow
from zhoudao.kit.signed_hooks import sign
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands.replying import clear_text
from zhoudao.rooms.conversations.links import file_url
from zhoudao.rooms.conversations.models import Attachment, Channel, Conversation, Message
from zhoudao.rooms.conversations.queries import attached, attachment_name
from zhoudao.rooms.customers.models import Identity


class WebhookTransport:
    """Posts a message of ours to the other system."""

    def carry(self, message: Message) -> str:
        """This will post the message; returns the id it was posted under.

        Raises: NotCarried
        """
        real_now = datetime.now(UTC)
        hook = hook_of(message.conversation.channel, real_now=real_now)
        post(hook, str(message.id), compose(message), real_now=real_now)
        return str(message.id)


def post(hook: Hook, id_: str, content: dict[str, Any], *, real_now: datetime) -> int:
    """This will post signed JSON; returns the status the other system took it with.

    Raises: NotCarried
    """
    if not hook.url:
        raise NotCarried(reasons.NO_ADDRESS, is_final=True)
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", **sign(id_, real_now, body, hook.outgoing)}
    try:
        answer = client().ask(hook.url, method="POST", headers=headers, content=body)
    except AddressRefused as error:
        raise NotCarried(reasons.FORBIDDEN, is_final=True) from error
    except TooSlow as error:
        raise NotCarried(reasons.TOO_SLOW) from error
    except AnswerTooLarge as error:
        raise NotCarried(reasons.BROKEN, str(error)) from error
    except NotAsked as error:
        raise NotCarried(reasons.UNREACHABLE, str(error)) from error
    if not 200 <= answer.status < 300:
        reason = reasons.of_status(answer.status)
        raise NotCarried(reason, f"HTTP {answer.status}", is_final=answer.status in reasons.FINAL)
    return answer.status


def compose(message: Message) -> dict[str, Any]:
    """An answer as it is documented."""
    thread = message.conversation
    case = Case.objects.filter(conversation=thread.main_id or thread.id).values_list("number", flat=True).first()
    return {
        "type": "message.reply",
        "timestamp": message.created_at.isoformat(),
        "data": {
            "message_id": str(message.id),
            "conversation_id": str(thread.id),
            "channel": thread.channel.code,
            "to": {"external_id": _addressee(thread.channel, thread)},
            "in_reply_to": _answered(message),
            "case": case,
            "text": clear_text(message),
            "author": message.author_name,
            "is_automatic": message.is_auto,
            "attachments": [_file(row) for row in attached(message.id)],
        },
    }


def _file(row: Attachment) -> dict[str, Any]:
    about = {"name": attachment_name(row), "content_type": row.file.content_type, "size": row.file.size}
    return about | {"url": file_url(row)}


def _addressee(channel: Channel, thread: Conversation) -> str:
    rows = Identity.objects.filter(customer=thread.customer_id, kind="external", scope=channel.code, suggested=False)
    identity = rows.order_by("-created_at").first()
    return identity.value if identity else ""


def _answered(message: Message) -> str | None:
    """The other system's own id of the customer's last message before this answer."""
    said = message.conversation.messages.filter(direction="in", created_at__lte=message.created_at)
    found = said.order_by("-created_at", "-id").values_list("external_id", flat=True).first()
    return found.strip("<>") if found else None
