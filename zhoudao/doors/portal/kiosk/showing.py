"""What the screen shows: pages kept by nobody, and what somebody got, until their turn is over or its time."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.kiosk.device import on_device, turn_at
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.progress.promised import promised
from zhoudao.doors.portal.progress.turns import turn_of, turn_words
from zhoudao.doors.portal.queue.waits import about
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.of_threads import case_of
from zhoudao.rooms.conversations.models import Conversation
from zhoudao.rooms.visits.models import Device, Visit
from zhoudao.rooms.visits.queries.line import line_of, standing
from zhoudao.rooms.voice.queries import case_of_progress

_SALT = "portal.kiosk.done"
SHOWN_SECONDS = 90  # for who walks off without a word: their turn is over then, whatever is pressed


def kiosk_page(
    request: HttpRequest, device: Device | None, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the screen, kept by nobody."""
    language = speak(request, "")
    around = {"language": language, "languages": NAMES, "device": device, "store": device.store if device else None}
    around["turn"] = turn_at(request)
    answer = discreet(render(request, f"kiosk/{template}", around | context, status=status))
    answer["Referrer-Policy"] = "same-origin"  # without it the browser hides the origin, and no form would be taken
    return answer


def done(request: HttpRequest, kind: str, id_: UUID) -> HttpResponse:
    """On to what somebody got: a visit's number, a case's receipt, how a case stands."""
    token = signing.dumps([kind, id_.hex], salt=_salt(request))
    return discreet(redirect(f"{reverse('portal:kiosk_done', args=[token])}?language={speak(request, '')}"))


@permit(PUBLIC)
@require_safe
@on_device
def finished(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """What somebody got in this turn; later the start."""
    try:
        kind, text = signing.loads(token, salt=_salt(request), max_age=SHOWN_SECONDS)
        template, seen = _KINDS[kind]
        shown = seen(device, UUID(text))
    except (signing.BadSignature, ValueError, TypeError, KeyError):
        return redirect("portal:kiosk")
    if shown is None:
        return redirect("portal:kiosk")
    answer = kiosk_page(request, device, template, shown)
    if kind == "case" and shown["case"] is None:
        answer["Refresh"] = "2"  # the case opens in a moment
    return answer


def _salt(request: HttpRequest) -> str:
    return f"{_SALT}.{turn_at(request)}"


def _number(device: Device, visit_id: UUID) -> dict[str, Any] | None:
    visit = Visit.objects.select_related("need").filter(id=visit_id, store_id=device.store_id).first()
    line = line_of(device.store.code)
    if visit is None or line is None:
        return None
    seen = standing(line, at=clock.now())
    address = settings.BASE_URL + reverse("portal:number", args=[visit.token])
    return {
        "visit": visit,
        "before": seen.before(visit.id),
        "wait": about(seen.wait_of(visit.id)),
        "qr": qr_path(address),
    }


def _receipt(device: Device, conversation_id: UUID) -> dict[str, Any]:
    rows = Conversation.objects.select_related("case", "main__case").filter(store_id=device.store_id)
    thread = rows.filter(id=conversation_id).first()
    case = case_of(thread) if thread else None
    return {"case": case, "qr": qr_path(progress_url(case)) if case else None}


def _stands(_device: Device, case_id: UUID) -> dict[str, Any] | None:
    """A case of any store: whoever asked has shown that it is theirs."""
    token = Case.objects.filter(id=case_id).values_list("progress_token", flat=True).first()
    case, now = case_of_progress(token or ""), clock.now()
    if case is None:
        return None
    told = promised(case, list(case.promises.all()), now)
    return {
        "case": case,
        "turn_of": turn_of(case),
        "turn_words": turn_words(case, now),
        "promises": [one for one in told if one.state not in ("kept", "late")][:2],
        "qr": qr_path(progress_url(case)),
    }


_KINDS = {"visit": ("done.html", _number), "case": ("done.html", _receipt), "stands": ("case.html", _stands)}
