"""Taking what another system posts: signature first, then kept raw; that commit is the acknowledgement."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, JsonResponse

from zhoudao.doors.channels import hooks
from zhoudao.doors.channels.kinds.webhook.settings import hook_of
from zhoudao.ground.installation import clock
from zhoudao.kit.signed_hooks import NotSigned, verify
from zhoudao.rooms.conversations.commands import accept_raw
from zhoudao.rooms.conversations.models import Channel


def listen(channel: Channel, request: HttpRequest) -> HttpResponse:
    """202 when it is new, 200 when it came before, 401 when it is not signed as agreed: then nothing is kept."""
    if request.method != "POST":
        answer = hooks.problem(405, "post_only", "Messages are posted here.")
        answer["Allow"] = "POST"
        return answer
    named, real_now = request.headers, datetime.now(UTC)
    key = named.get("webhook-id", "")
    try:
        verify(
            key,
            named.get("webhook-timestamp", ""),
            named.get("webhook-signature", ""),
            request.body,
            hook_of(channel, real_now=real_now).incoming,
            real_now=real_now,
        )
    except NotSigned:
        return hooks.refused(channel)
    return _keep(channel, key, request.body)


def _keep(channel: Channel, key: str, body: bytes) -> HttpResponse:
    at = clock.now()
    delivery = accept_raw(channel=channel, key=key, raw=body, at=at)
    if delivery.key != key:
        return hooks.problem(422, "key_reused", "Another message came under this webhook-id before; both are kept.")
    return JsonResponse({"delivery_id": str(delivery.id)}, status=202 if delivery.received_at == at else 200)
