"""Where courier services knock: one address for each pick-up, `/hooks/couriers/<code>/<number>/`, told to its service
alone. What is not signed as agreed is kept nowhere; what is, is noted in one transaction, whose commit is the
acknowledgement.
"""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from zhoudao.doors.couriers.port import NotTrusted, kind_of
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.pickups.commands.answering import note_said
from zhoudao.rooms.pickups.models import CourierService, Pickup

BODY_LIMIT_BYTES = 64 * 1024
_NOTE_EVERY = timedelta(minutes=1)


@csrf_exempt  # no cookie counts here: the service's own signature does
@permit(PUBLIC)
def hook(request: HttpRequest, code: str, pickup_number: str) -> HttpResponse:
    """What a courier service tells us by itself, also one that is given no new pick-ups any more. A number that is none
    is answered as one that is not signed.
    """
    service = CourierService.objects.filter(code=code).first()
    kind = kind_of(service.kind) if service else None
    if service is None or kind is None:
        return HttpResponse(status=404)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or int(length) > BODY_LIMIT_BYTES:
        return kind.untaken(413)
    pickup = Pickup.objects.filter(number=pickup_number, service=service.code).first()
    try:
        if pickup is None:
            raise NotTrusted(NotTrusted.__doc__)
        said = kind.hear(pickup, request)
    except NotTrusted:
        _note(service, "refused_at")
        return kind.untaken(401)
    if said is not None:
        note_said(pickup_id=pickup.id, said=said, at=clock.now(), real_now=datetime.now(UTC))
    _note(service, "heard_at")
    return kind.taken()


def _note(service: CourierService, field: str) -> None:
    """When it was heard or refused last, once a minute: a row that all of its pick-ups would wait for."""
    before, real_now = getattr(service, field), datetime.now(UTC)
    if before is None or before + _NOTE_EVERY < real_now:
        CourierService.objects.filter(id=service.id).update(**{field: real_now})
