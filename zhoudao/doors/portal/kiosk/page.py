"""`/kiosk/`: the start, pairing, and checking in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhoudao.doors.portal.guessing import barred, discreet
from zhoudao.doors.portal.help.guard import form_id, issue
from zhoudao.doors.portal.kiosk.device import begin_turn, device_in, on_device, remember
from zhoudao.doors.portal.kiosk.showing import done, kiosk_page
from zhoudao.doors.portal.limits import GUESSES, address_of
from zhoudao.doors.portal.queue.waits import about, opening
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.visits.commands.devices import pair_device
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Device, Need, Visit
from zhoudao.rooms.visits.queries.line import line_of, standing
from zhoudao.rooms.visits.refusals import CodeWrong, VisitRefused


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
    return begin_turn(kiosk_page(request, device, "start.html", context))


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


def counter_of(device: Device) -> Channel | None:
    """Where what is dropped off is noted."""
    rows = Channel.objects.filter(kind="counter", store_id=device.store_id, is_active=True)
    return rows.defer("secrets_sealed").order_by("code").first()


def _take(request: HttpRequest, device: Device) -> Visit | None:
    asked_id, need_id = form_id(request.POST.get("form_token", "")), uuid_in(request.POST.get("need", ""))
    if asked_id is None or need_id is None:
        return None
    try:
        asked = Asked(device.store_id, need_id, asked_id, "kiosk")
        return take_number(asked, at=clock.now(), by=By(f"device:{device.id}"))
    except VisitRefused:
        return None


def needs_with_items(device: Device) -> list[Need]:
    """What things can be dropped off for."""
    return list(Need.objects.filter(store_id=device.store_id, retired_at=None, takes_items=True).order_by("letter"))
