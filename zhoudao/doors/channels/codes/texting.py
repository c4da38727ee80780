"""Text messages: one signed post (Standard Webhooks) each, to the gateway the company has chosen.

    POST <the gateway's address>
    webhook-id, webhook-timestamp, webhook-signature
    {"type": "sms.message", "data": {"to": "+8613812348000", "text": "…"}}

Any answer from 200 to 299 means it was taken. The id is the message's own: the same id again is the same message.
"""

import json
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from zhoudao.doors.channels.codes.words import code_words
from zhoudao.doors.channels.outbound import NotCarried
from zhoudao.kit.outgoing import Client, NotAsked
from zhoudao.kit.signed_hooks import sign
from zhoudao.rooms.entrances.commands.gateway import gateway, secret_of

NOT_SET_UP = gettext_noop("No gateway for text messages is set up; an administrator has to look at it.")
UNREACHABLE = gettext_noop("The gateway for text messages cannot be reached; it is tried again by itself.")
REFUSED = gettext_noop("The gateway for text messages refused it; an administrator has to look at address and secret.")
BUSY = gettext_noop("The gateway for text messages is busy; it is tried again by itself.")
_SECONDS = 8.0


def text_code(number: str, code: str, *, id_: UUID, real_now: datetime) -> None:
    """This will hand a code to the gateway, in the active language.

    Raises: NotCarried
    """
    text_words(number, code_words(code), id_=id_, real_now=real_now)


def text_words(number: str, words: str, *, id_: UUID, real_now: datetime) -> None:
    """This will hand a message to the gateway; the same id again is the same message.

    Raises: NotCarried
    """
    row = gateway()
    if row is None:
        raise NotCarried(NOT_SET_UP, is_final=True)
    body = json.dumps({"type": "sms.message", "data": {"to": number, "text": words}}, ensure_ascii=False)
    headers = {"content-type": "application/json", **sign(str(id_), real_now, body.encode(), [secret_of(row)])}
    client = Client(allowed=settings.OUTGOING_NETWORKS, seconds=_SECONDS, max_bytes=20_000)
    try:
        answer = client.ask(row.url, method="POST", headers=headers, content=body.encode())
    except NotAsked as error:
        raise NotCarried(UNREACHABLE, type(error).__name__) from error
    if answer.status in (408, 425, 429) or answer.status >= 500:
        raise NotCarried(BUSY, str(answer.status))
    if not 200 <= answer.status < 300:
        raise NotCarried(REFUSED, str(answer.status), is_final=True)
