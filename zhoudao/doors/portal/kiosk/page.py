"""`/kiosk/`: the start, pairing, checking in, and what was done, which is shown for a minute and a half."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhoudao.doors.portal.guessing import barred, discreet
from zhoudao.doors.portal.help.guard import form_id, issue
from zhoudao.doors.portal.kiosk.device import device_in, on_device, remember
from zhoudao.doors.portal.languages import NAMES, speak
from zhoudao.doors.portal.limits import GUESSES, address_of
from zhoudao.doors.portal.queue.waits import about, opening
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.qr import qr_path
from zhoudao.rooms.cases.links import progress_url
from zhoudao.rooms.cases.queries.of_threads import case_of
from zhoudao.rooms.conversations.models import Channel, Conversation
from zhoudao.rooms.visits.commands.devices import pair_device
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Device, Need, Visit
from zhoudao.rooms.visits.queries.line import line_of, standing
from zhoudao.rooms.visits.refusals import CodeWrong, VisitRefused

_SALT = "portal.kiosk.done"
SHOWN_SECONDS = 90  # what somebody got is not for who comes next, whatever is pressed


@permit(PUBLIC)
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What can be done here; on a screen that belongs to no store, how it is paired."""
    device = device_in(request)
    if device is None:
        return kiosk_page(request, None, "pair.html", {"code": request.GET.get("code", "")[:12]})
    line = line_of(device.store.code)
    seen = standing(line, at=clock.now()) if line else None
    context = {
        "seen": seen,
        "opens": opening(seen) if seen else "",
        "takes_items": bool(seen and any(need.takes_items for need in seen.needs) and counter_of(device)),
    }
    return kiosk_page(request, device, "start.html", context)


@permit(PUBLIC)
@require_POST
def pair(request: HttpRequest) -> HttpResponse:
    """A colleague types the code their desk shows; wrong ones are counted."""
    if (stop := barred(request)) is not None:
        return stop
    try:
        token = pair_device(code=request.POST.get("code", "")[:40], at=clock.now())
    except CodeWrong:
        GUESSES.knock(address_of(request))
        refusal = _("This code is wrong, used or too old. Make a new one at the desk.")
        return kiosk_page(request, None, "pair.html", {"refusal": refusal}, status=422)
    return remember(discreet(redirect("portal:kiosk")), token)


@permit(PUBLIC)
@require_http_methods(["GET", "POST"])
@on_device
def check_in(request: HttpRequest, device: Device) -> HttpResponse:
    """A number, with a code to follow it on one's own phone."""
    line = line_of(device.store.code)
    if line is None:
        return redirect("portal:kiosk")
    refusal = ""
    if request.method == "POST":
        visit = _take(request, device)
        if visit is not None:
            return done(request, "visit", visit.id)
        refusal = _("That did not work. Please tap once more, or ask a colleague.")
    seen = standing(line, at=clock.now())
    context = {
        "seen": seen,
        "opens": opening(seen),
        "needs": [(need, seen.waiting_for(need.id), about(seen.wait_for(need))) for need in seen.needs],
        "form_token": issue(),
        "refusal": refusal,
    }
    return kiosk_page(request, device, "check_in.html", context, status=422 if refusal else 200)


@permit(PUBLIC)
@require_safe
@on_device
def finished(request: HttpRequest, device: Device, token: str) -> HttpResponse:
    """What somebody got just now; later the start."""
    try:
        kind, text = signing.loads(token, salt=_SALT, max_age=SHOWN_SECONDS)
        id_ = UUID(text)
    except (signing.BadSignature, ValueError, TypeError):
        return redirect("portal:kiosk")
    shown = _number(device, id_) if kind == "visit" else _case(device, id_)
    answer = kiosk_page(request, device, "done.html", shown)
    if kind == "case" and shown["case"] is None:
        answer["Refresh"] = "2"  # the case opens in a moment
    return answer


def done(request: HttpRequest, kind: str, id_: UUID) -> HttpResponse:
    """On to what somebody got, for as long as they may need to read it."""
    token = signing.dumps([kind, id_.hex], salt=_SALT)
    return discreet(redirect(f"{reverse('portal:kiosk_done', args=[token])}?language={speak(request, '')}"))


def counter_of(device: Device) -> Channel | None:
    """Where what is dropped off is noted."""
    rows = Channel.objects.filter(kind="counter", store_id=device.store_id, is_active=True)
    return rows.defer("secrets_sealed").order_by("code").first()


def kiosk_page(
    request: HttpRequest, device: Device | None, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the screen, kept by nobody."""
    language = speak(request, "")
    around = {"language": language, "languages": NAMES, "device": device, "store": device.store if device else None}
    answer = discreet(render(request, f"kiosk/{template}", around | context, status=status))
    answer["Referrer-Policy"] = "same-origin"  # without it the browser hides the origin, and no form would be taken
    return answer


def _take(request: HttpRequest, device: Device) -> Visit | None:
    asked_id, need_id = form_id(request.POST.get("form_token", "")), uuid_in(request.POST.get("need", ""))
    if asked_id is None or need_id is None:
        return None
    try:
        asked = Asked(device.store_id, need_id, asked_id, "kiosk")
        return take_number(asked, at=clock.now(), by=By(f"device:{device.id}"))
    except VisitRefused:
        return None


def _number(device: Device, visit_id: UUID) -> dict[str, Any]:
    visit = Visit.objects.select_related("need").filter(id=visit_id, store_id=device.store_id).first()
    line = line_of(device.store.code)
    if visit is None or line is None:
        return {"visit": None, "case": None}
    seen = standing(line, at=clock.now())
    address = settings.BASE_URL + reverse("portal:number", args=[visit.token])
    return {
        "visit": visit,
        "before": seen.before(visit.id),
        "wait": about(seen.wait_of(visit.id)),
        "qr": qr_path(address),
    }


def _case(device: Device, conversation_id: UUID) -> dict[str, Any]:
    rows = Conversation.objects.select_related("case", "main__case").filter(
        id=conversation_id, store_id=device.store_id
    )
    thread = rows.first()
    case = case_of(thread) if thread else None
    return {"case": case, "visit": None, "qr": qr_path(progress_url(case)) if case else None}


def needs_with_items(device: Device) -> list[Need]:
    """What things can be dropped off for."""
    return list(Need.objects.filter(store_id=device.store_id, retired_at=None, takes_items=True).order_by("letter"))
