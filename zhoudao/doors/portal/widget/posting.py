"""What a visitor posts, read and checked."""

import json
import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.chat.about import About, opened
from zhoudao.doors.portal.problems import problem
from zhoudao.doors.portal.widget.frame import FILES_A_MESSAGE
from zhoudao.doors.portal.widget.visitors import read_uuid
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.conversations import refusals
from zhoudao.rooms.conversations.commands import Claim, Inbound, Upload
from zhoudao.rooms.conversations.visitors import Visitor

LONGEST_TEXT = 20_000
LONGEST_NAME = 80
LONGEST_ABOUT = 400
NOWHERE = UUID(int=0)  # a conversation id that cannot be one is nobody's
_OWN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_TOO_LARGE = _("A file may have up to 20 MB, a message up to 25 MB.")
_REFUSED: dict[type[Exception], tuple[int, str, str | Promise]] = {
    refusals.MessageEmpty: (422, "empty", _("Please write something or add a file.")),
    refusals.MessageTooLong: (413, "too_large", _TOO_LARGE),
    refusals.AttachmentRefused: (422, "attachment", _("A file is empty or larger than 20 MB.")),
    refusals.KeyReused: (422, "client_id_reused", _("Another message with this id was sent before.")),
    refusals.StillInFlight: (409, "in_flight", _("This message is being taken just now.")),
    refusals.ConversationNotYours: (404, "not_found", _("There is no such conversation.")),
    refusals.ChannelUnknown: (404, "not_found", _("There is no such chat.")),
}
REFUSALS = tuple(_REFUSED)


class Unreadable(Exception):
    """This post is not what the protocol asks for; carries the answer."""

    def __init__(self, status: int, code: str, words: str | Promise) -> None:
        super().__init__(str(words))
        self.answer = problem(status, code, words)


@frozen
class Post:
    """A visitor's message as it came."""

    client_id: str
    text: str
    uploads: list[Upload]
    conversation_id: UUID | None
    name: str = ""
    about: str = ""

    def inbound(self, visitor: Visitor) -> Inbound:
        """As the conversations take it: its id is the visitor's own, so that nobody can take another's."""
        about = opened(self.about, visitor.pass_id) if self.about and self.conversation_id is None else None
        return Inbound(
            kind=about.kind if about else "",
            main_id=about.main_id if about else None,
            is_new_topic=about is not None and about != About(),
            channel=visitor.channel,
            external_id=f"{visitor.id}/{self.client_id}",
            claims=[Claim("visitor", visitor.id, visitor.channel)],
            name=self.name,
            text=self.text,
            uploads=self.uploads,
            conversation_id=self.conversation_id,
        )


def read_post(request: HttpRequest) -> Post:
    """The message in a JSON or multipart body.

    Raises: Unreadable
    """
    if int(request.headers.get("Content-Length") or 0) > settings.DELIVERY_LIMIT_BYTES:
        raise Unreadable(413, "too_large", _TOO_LARGE)
    is_form = request.content_type == "multipart/form-data"
    fields: dict[str, Any] = request.POST.dict() if is_form else _json(request)
    client_id, text = fields.get("client_id"), fields.get("text", "")
    if not isinstance(client_id, str) or not _OWN_ID.fullmatch(client_id):
        raise Unreadable(400, "client_id", _("A message needs its own id: 8 to 64 letters, digits, - or _."))
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise Unreadable(422, "text_too_long", _("A message may have up to 20,000 characters."))
    asked = fields.get("conversation_id")
    conversation_id = (read_uuid(str(asked)) or NOWHERE) if asked else None
    return Post(
        client_id,
        text,
        _uploads(request),
        conversation_id,
        str(fields.get("name") or "")[:LONGEST_NAME],
        str(fields.get("about") or "")[:LONGEST_ABOUT],
    )


def refused(refusal: Exception) -> JsonResponse:
    """What a refusal of the conversations is to the visitor."""
    status, code, words = _REFUSED[type(refusal)]
    return problem(status, code, words)


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        content = json.loads(request.body or b"{}")
    except ValueError as error:
        raise Unreadable(400, "unreadable", _("This is not JSON.")) from error
    if not isinstance(content, dict):
        raise Unreadable(400, "unreadable", _("This is not a JSON object."))
    return content


def _uploads(request: HttpRequest) -> list[Upload]:
    files = [file for name in request.FILES for file in request.FILES.getlist(name)]
    if len(files) > FILES_A_MESSAGE:
        raise Unreadable(422, "too_many", _("At most 5 files fit in one message."))
    if any((file.size or 0) > settings.FILE_LIMIT_BYTES for file in files):
        raise Unreadable(413, "too_large", _TOO_LARGE)
    return [Upload(file.name or "", file.read()) for file in files]
