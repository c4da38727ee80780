"""A repair asked for on the customer's behalf, from their order: which line, its serial number, what is wrong."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.stock.choosing import whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.aftersales.pieces import had_of
from zhoudao.rooms.cases.queries.orders import cases_about, order_for
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.reading import ask_reading, ask_readings_of_thread, request_with_photos
from zhoudao.rooms.repairs.commands.registering import line_of
from zhoudao.rooms.repairs.commands.requesting import MOST_PHOTOS, How
from zhoudao.rooms.repairs.kinds import Symptom
from zhoudao.rooms.repairs.models import PhotoReading, Repair
from zhoudao.rooms.repairs.queries.for_customers import devices_of_order
from zhoudao.rooms.repairs.queries.listing import WRITE, repairs_of_order
from zhoudao.rooms.repairs.refusals import AlreadyInRepair, NotAPhoto, RepairRefused
from zhoudao.rooms.repairs.saying import MOST_READ, Filled, filled_by, readings_in, said_in

_PATIENCE = timedelta(seconds=20)


@require_http_methods(["GET", "POST"])
@permit("repairs:write")
def ask(request: HttpRequest, order_number: str) -> HttpResponse:
    """GET shows what was delivered and which devices are known; POST asks for the repair of one."""
    viewer, given, refusal = viewer_of(request), request.POST, ""
    found = order_for(viewer, order_number, WRITE)
    if found is None:
        raise Http404
    key = uuid_in(given.get("key", "")) or uuid4()
    if request.method == "POST" and given.get("do") in ("photo", "thread"):
        refusal, address = _photographed(request, found)
        if address:
            return redirect(address)
    elif request.method == "POST":
        try:
            made = _requested(request, found, key)
            messages.success(request, _("The repair is asked for."))
            return redirect("repair", made.number)
        except AlreadyInRepair as error:
            messages.error(request, said(error))
            return redirect("repair", error.detail)
        except RepairRefused as error:
            refusal = said(error)
    readings = readings_in(found.id, (given if request.method == "POST" else request.GET).getlist("reading"))
    filled = filled_by(readings)
    is_waiting = any(one.is_waited_for and clock.now() - one.asked_at < _PATIENCE for one in readings)
    context: dict[str, Any] = {
        "readings": readings,
        "filled": filled,
        "is_waiting": is_waiting and request.method == "GET",
        "may_photo": len(readings) < MOST_READ,
        "order": found,
        "lines": had_of(found),
        "devices": devices_of_order(found),
        "before": repairs_of_order(found.id),
        "symptoms": Symptom.choices,
        "given": given if given.get("symptom") else _as_read(filled),
        "case": given.get("case", "") or request.GET.get("case", ""),
        "most_photos": MOST_PHOTOS,
        "key": key,
        "refusal": refusal,
    }
    shown = render(request, "desk/repairs/ask.html", context, status=422 if refusal else 200)
    if context["is_waiting"]:
        shown["Refresh"] = "2"
    return shown


def _requested(request: HttpRequest, found: Order, key: UUID) -> Repair:
    """The repair that the form asks for. Raises: RepairRefused"""
    given = request.POST
    return request_with_photos(
        order_id=found.id,
        line_id=line_of(found, max(-1, whole(given.get("line", "")))).id,
        serial=given.get("serial", ""),
        said=said_in(given, request.FILES.getlist("photos")),
        readings=[one.id for one in readings_in(found.id, given.getlist("reading"))],
        how=How(key, conversation_id=_thread(request, found)),
        by=By(viewer_of(request).actor, channel="desk"),
        at=clock.now(),
    )


def _as_read(filled: Filled) -> dict[str, str]:
    """The form's fields as photos fill them."""
    code = filled.error_code
    return {"serial": filled.serial, "error_code": code, "symptom": Symptom.CODE if code else ""}


def _photographed(request: HttpRequest, found: Order) -> tuple[str, str]:
    """A photo to be read: why it was not taken, or the page that waits for it."""
    viewer = viewer_of(request)
    asked = [str(one.id) for one in readings_in(found.id, request.POST.getlist("reading"))]
    try:
        made = _asked(request, found, {"order_id": found.id, "by": By(viewer.actor), "at": clock.now()})
    except RepairRefused as refusal:
        return said(refusal), ""
    names = [*asked, *(str(one.id) for one in made)][-MOST_READ:]
    query = [("case", request.POST.get("case", "")), *(("reading", one) for one in dict.fromkeys(names))]
    return "", f"{reverse('order_repair', args=[found.number])}?{urlencode(query)}"


def _asked(request: HttpRequest, found: Order, asked: dict[str, Any]) -> list[PhotoReading]:
    """The photo of the form, or those of the conversation it was begun from."""
    if request.POST.get("do") == "thread":
        thread = _thread(request, found)
        return ask_readings_of_thread(conversation_id=thread, **asked) if thread else []
    sent = request.FILES.get("photo")
    if sent is None or (sent.size or 0) > settings.FILE_LIMIT_BYTES:
        raise NotAPhoto(NotAPhoto.__doc__)
    return [ask_reading(photo=sent.read(), **asked)]


def _thread(request: HttpRequest, found: Order) -> UUID | None:
    """The conversation of the case it was begun from, if that is about this order's customer."""
    number = request.POST.get("case", "")
    cases = cases_about(viewer_of(request), found) if number else []
    case = next((one for one in cases if one.number == number), None)
    return case.conversation_id if case else None
