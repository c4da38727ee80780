"""Where payment services knock: one address each, `/hooks/payments/<code>/`. What is not signed as agreed is kept
nowhere; what is, is noted in one transaction, whose commit is the acknowledgement.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from zhoudao.doors.payments.port import Heard, NotTrusted, kind_of
from zhoudao.doors.payments.sending import wake_checker
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.aftersales.answers import PAID
from zhoudao.rooms.aftersales.commands.answering import note_said
from zhoudao.rooms.aftersales.commands.sending import hasten
from zhoudao.rooms.aftersales.models import PaymentService, Refund

BODY_LIMIT_BYTES = 64 * 1024
_NOTE_EVERY = timedelta(minutes=1)
_log = logging.getLogger(__name__)


@csrf_exempt  # no cookie counts here: the service's own signature does
@permit(PUBLIC)
def hook(request: HttpRequest, code: str) -> HttpResponse:
    """What a payment service tells us by itself, also one that is given no new refunds any more."""
    service = PaymentService.objects.filter(code=code).first()
    kind = kind_of(service.kind) if service else None
    if service is None or kind is None:
        return HttpResponse(status=404)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > BODY_LIMIT_BYTES:
        return kind.untaken(413)
    try:
        heard = kind.hear(service, request)
    except NotTrusted:
        _note(service, "refused_at")
        return kind.untaken(401)
    _take(service, heard)
    _note(service, "heard_at")
    return kind.taken()


def _take(service: PaymentService, heard: Heard) -> None:
    """Paid is noted; anything else may be old news, so that the service is asked how it stands now. What we never asked
    for is somebody else's with the same account: no reason to have it told again.
    """
    refund = Refund.objects.filter(number=heard.number).first()
    if refund is None:
        _log.warning("The payment service %s tells of a refund that is none of ours.", service.code)
    elif heard.said.what == PAID:
        note_said(refund_id=refund.id, service=service, said=heard.said, at=clock.now(), real_now=datetime.now(UTC))
    elif refund.gateway == service.code:
        hasten(refund_id=refund.id, real_now=datetime.now(UTC))
        wake_checker(refund.id)


def _note(service: PaymentService, field: str) -> None:
    """When it was heard or refused last, once a minute: a row that all of its refunds would wait for."""
    before, real_now = getattr(service, field), datetime.now(UTC)
    if before is None or before + _NOTE_EVERY < real_now:
        PaymentService.objects.filter(id=service.id).update(**{field: real_now})
