"""Where other systems knock: one address a channel, `/hooks/<code>/`; the channel's kind knows how to listen."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.rooms.conversations.commands.channels import note_channel
from zhoudao.rooms.conversations.models import Channel

Listener = Callable[[Channel, HttpRequest], HttpResponse]
# 25 MB of files are a third more in base64.
BODY_LIMIT_BYTES = settings.DELIVERY_LIMIT_BYTES * 4 // 3 + 1024 * 1024
_NOTE_EVERY = timedelta(minutes=1)
_listeners: dict[str, Listener] = {}


def register(kind: str, listener: Listener) -> None:
    """This will have what is posted to channels of this kind heard by `listener`."""
    _listeners[kind] = listener


@csrf_exempt  # no cookie counts here: the channel's own signature does
@permit(PUBLIC)
def hook(request: HttpRequest, code: str) -> HttpResponse:
    """What another system sends; the channel's own signature is its key."""
    channel = Channel.objects.select_related("store").filter(code=code, is_active=True).first()
    listener = _listeners.get(channel.kind) if channel else None
    if channel is None or listener is None:
        return problem(404, "unknown_channel", "There is no such channel.")
    try:
        if int(request.headers.get("Content-Length") or 0) > BODY_LIMIT_BYTES:
            raise RequestDataTooBig
        return listener(channel, request)
    except (RequestDataTooBig, ValueError):
        return problem(413, "too_large", "A message may have up to 25 MB.")


def refused(channel: Channel) -> HttpResponse:
    """The answer to what is not signed as agreed. Nothing is kept of it but that it happened, once a minute."""
    before, real_now = channel.state.get("refused_at"), datetime.now(UTC)
    if before is None or datetime.fromisoformat(before) + _NOTE_EVERY < real_now:
        note_channel(channel.id, refused_at=real_now.isoformat())
    return problem(401, "not_signed", "The signature is missing, wrong, or too old.")


def problem(status: int, code: str, detail: str) -> HttpResponse:
    """A refusal as programs read it."""
    content = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JsonResponse(content, status=status, content_type="application/problem+json")
