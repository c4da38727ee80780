"""Where shops knock: one address a shop, `/hooks/orders/<code>/`. What is signed as agreed is kept, which is the
acknowledgement, and taken at once.
"""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from zhoudao.doors.storefronts.port import Kind, NotTrusted, kind_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands.posts import accept_post, take_post, wake_taker
from zhoudao.rooms.orders.models import Storefront

BODY_LIMIT_BYTES = 1024 * 1024
_NOTE_EVERY = timedelta(minutes=1)


@csrf_exempt  # no cookie counts here: the shop's own signature does
@permit(PUBLIC)
def hook(request: HttpRequest, code: str) -> HttpResponse:
    """What a shop posts of an order."""
    shop = Storefront.objects.select_related("store").filter(code=code, is_active=True).first()
    kind = kind_of(shop.kind) if shop else None
    if shop is None or kind is None:
        return _problem(404, "unknown_shop", "There is no such shop.")
    if request.method != "POST":
        answer = _problem(405, "post_only", "Orders are posted here.")
        answer["Allow"] = "POST"
        return answer
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > BODY_LIMIT_BYTES:
        return _problem(413, "too_large", "An order may have up to 1 MB.")
    try:
        key = kind.hear(shop, request)
    except NotTrusted:
        _note(shop, "refused_at")
        return _problem(401, "not_signed", "The signature is missing, wrong, or too old.")
    _note(shop, "heard_at")
    return JsonResponse({"status": "ignored"}) if key is None else _keep(shop, kind, key, request.body)


def _keep(shop: Storefront, kind: Kind, key: str, body: bytes) -> HttpResponse:
    """Kept is acknowledged, whatever becomes of it: why it could not be taken is on a page of ours."""
    at = clock.now()
    post_id = accept_post(shop=shop, key=key, raw=body, at=at)
    if post_id is None:
        return JsonResponse({"status": "repeated"})
    status = take_post(post_id, kind.read, at=at)
    if status == "new":
        wake_taker()
    return JsonResponse({"status": "kept" if status in ("new", "failed") else status}, status=202)


def _note(shop: Storefront, field: str) -> None:
    """When it was heard or refused last, once a minute: a row that all of its posts would wait for."""
    before, real_now = getattr(shop, field), datetime.now(UTC)
    if before is None or before + _NOTE_EVERY < real_now:
        Storefront.objects.filter(id=shop.id).update(**{field: real_now})


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    content = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JsonResponse(content, status=status, content_type="application/problem+json")
