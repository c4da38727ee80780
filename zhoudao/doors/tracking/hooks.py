"""Where sources knock: one address a source, `/hooks/tracking/<code>/`; what is signed as agreed is kept raw."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from zhoudao.doors.tracking.port import NotTrusted, kind_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.parcels.commands.reports import accept_report
from zhoudao.rooms.parcels.models import TrackingSource

BODY_LIMIT_BYTES = 1024 * 1024
_NOTE_EVERY = timedelta(minutes=1)


@csrf_exempt  # no cookie counts here: the source's own signature does
@permit(PUBLIC)
def hook(request: HttpRequest, code: str) -> HttpResponse:
    """What a source sends. It is acknowledged once it is kept, and read behind."""
    source = TrackingSource.objects.filter(code=code, is_active=True).first()
    kind = kind_of(source.kind) if source else None
    if source is None or kind is None:
        return _problem(404, "unknown_source", "There is no such source.")
    if request.method != "POST":
        answer = _problem(405, "post_only", "Reports are posted here.")
        answer["Allow"] = "POST"
        return answer
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > BODY_LIMIT_BYTES:
        return _problem(413, "too_large", "A report may have up to 1 MB.")
    try:
        key = kind.hear(source, request)
    except NotTrusted:
        _note(source, "refused_at")
        return _problem(401, "not_signed", "The signature is missing, wrong, or too old.")
    is_new = accept_report(source=source, key=key, raw=request.body, at=clock.now())
    _note(source, "heard_at")
    return kind.taken(is_new)


def _note(source: TrackingSource, field: str) -> None:
    """When it was heard or refused last, once a minute: a row that all of its reports would wait for."""
    before, real_now = getattr(source, field), datetime.now(UTC)
    if before is None or before + _NOTE_EVERY < real_now:
        TrackingSource.objects.filter(id=source.id).update(**{field: real_now})


def _problem(status: int, code: str, detail: str) -> HttpResponse:
    content = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    return JsonResponse(content, status=status, content_type="application/problem+json")
