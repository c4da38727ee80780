"""Who is behind a request of the widget."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

from django.http import HttpRequest

from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.visitors import Visitor, read_token


def visitor_of(request: HttpRequest, channel: Channel) -> Visitor | None:
    """The holder of the request's token, None when it is not ours or was given on another channel."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    visitor = read_token(token.strip(), real_now=datetime.now(UTC)) if kind.lower() == "bearer" and token else None
    return visitor if visitor is not None and visitor.channel == channel.code else None


def replayed_visitor(request: HttpRequest) -> str:
    """The same visitor whenever the replay plays the dialogue it names; never one who came by themselves."""
    return "replay-" + hashlib.sha256(request.headers.get("X-Zhoudao-Dialogue", "").encode()).hexdigest()[:24]


def read_uuid(text: str) -> UUID | None:
    """A key from outside, None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
