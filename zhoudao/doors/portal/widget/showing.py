"""A visitor's own history as the widget reads it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from zhoudao.doors.portal.widget.visitors import read_uuid
from zhoudao.ground.files.kinds import INLINE
from zhoudao.rooms.conversations.queries import AttachmentView, MessageView, thread
from zhoudao.rooms.conversations.visitors import Visitor
from zhoudao.rooms.voice.queries import OwnCase, given_name, own_cases, own_keys

PAGE = 200


def history(conversation_ids: Sequence[UUID], after: str, visitor: Visitor) -> dict[str, Any]:
    """Messages since one (those just before it may come again), and the cases they are about."""
    views = thread(conversation_ids, audience="customer", after=read_uuid(after), limit=PAGE)
    keys = own_keys([view.id for view in views if view.direction == "in"])
    return {
        "messages": [_message(view, keys.get(view.id, ""), visitor) for view in views],
        "cases": [_case(case) for case in own_cases(conversation_ids)],
    }


def _message(view: MessageView, key: str, visitor: Visitor) -> dict[str, Any]:
    is_own = view.direction == "in"
    return {
        "id": str(view.id),
        "conversation_id": str(view.conversation_id),
        "client_id": key.removeprefix(f"{visitor.id}/"),
        "at": view.at.isoformat(),
        "from": "visitor" if is_own else "system" if view.is_auto else "staff",
        "author": "" if is_own else given_name(view.author),
        "text": view.text,
        "attachments": [_file(file, visitor) for file in view.attachments],
    }


def _file(file: AttachmentView, visitor: Visitor) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "name": file.name,
        "size": file.size,
        "is_picture": file.content_type in INLINE,
        "path": reverse("portal:widget_file", args=[visitor.channel, file.id]),
    }


def _case(case: OwnCase) -> dict[str, Any]:
    return {
        "number": case.number,
        "conversation_id": str(case.conversation_id),
        "status": case.status,
        "progress_path": case.progress_path,
        "rating_path": case.rating_path or None,
        "score": case.score,
    }
