"""Taking what a system posts: signed as Standard Webhooks says, its webhook-id is the report's key."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhoudao.doors.tracking.port import NotTrusted
from zhoudao.kit.signed_hooks import NotSigned, verify
from zhoudao.rooms.parcels.commands.sources import secrets_of
from zhoudao.rooms.parcels.models import TrackingSource

SECRET = "signing"  # noqa: S105  # what it is called, not what it is


def hear(source: TrackingSource, request: HttpRequest) -> str:
    """The report's key. Raises: NotTrusted."""
    named = request.headers
    key = named.get("webhook-id", "")
    try:
        verify(
            key,
            named.get("webhook-timestamp", ""),
            named.get("webhook-signature", ""),
            request.body,
            [secrets_of(source)[SECRET]],
            real_now=datetime.now(UTC),
        )
    except NotSigned as refusal:
        raise NotTrusted(NotTrusted.__doc__) from refusal
    return key


def taken(is_new: bool) -> HttpResponse:
    """202 when it is new, 200 when it came before."""
    return JsonResponse({"is_new": is_new}, status=202 if is_new else 200)
