"""`/t/<link>/repair/`: which thing, its serial number and photos, what is wrong; one page, nothing but a form."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from zhoudao.doors.portal.guessing import discreet
from zhoudao.doors.portal.help import guard
from zhoudao.doors.portal.languages import NAMES
from zhoudao.doors.portal.limits import Limit
from zhoudao.doors.portal.repairs.photos import looked
from zhoudao.doors.portal.repairs.wording import REFUSED, refused_words
from zhoudao.doors.portal.tracking.theirs import BY, theirs, too_much
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import tag
from zhoudao.rooms.aftersales.pieces import had_of
from zhoudao.rooms.orders.models import Order
from zhoudao.rooms.repairs.commands.reading import request_with_photos
from zhoudao.rooms.repairs.commands.registering import line_of
from zhoudao.rooms.repairs.commands.requesting import MOST_PHOTOS, How
from zhoudao.rooms.repairs.kinds import Symptom
from zhoudao.rooms.repairs.links import repair_path
from zhoudao.rooms.repairs.models import Repair
from zhoudao.rooms.repairs.queries.for_customers import devices_of_order, repairs_of
from zhoudao.rooms.repairs.refusals import AlreadyInRepair, NotAPhoto, RepairRefused
from zhoudao.rooms.repairs.saying import readings_in, said_in

ASKS = Limit("repair-ask", 10, 3600)
MOST_BYTES = 40 * 1024 * 1024  # of all photos of one form


@frozen
class Problem:
    """Why a form was not taken."""

    words: str
    is_stale: bool = False
    status: int = 422


@theirs("GET", "HEAD", "POST")
def repair_ask(request: HttpRequest, order: Order, token: str, language: str) -> HttpResponse:
    """What is known is filled in; a POST asks for the repair, once for each form given out. Asked for already, it leads
    there.
    """
    problem: Problem | None = None
    if request.method == "POST":
        sent = _taken(request, order, language)
        if isinstance(sent, str):
            return discreet(HttpResponseRedirect(f"{sent}?language={language}&said=asked", status=303))
        problem = sent
    return page(request, order, token, language, problem)


def _taken(request: HttpRequest, order: Order, language: str) -> str | Problem:
    """The repair's page, or why it was not taken."""
    if words := too_much(ASKS, request, order):
        return Problem(words, status=429)
    form, photos = guard.form_id(request.POST.get("form_token", "")), request.FILES.getlist("photos")
    if form is None:
        return Problem(_("This form is too old or was changed. Look at it again and send it."), is_stale=True)
    sizes = [one.size or 0 for one in photos]
    if len(photos) > MOST_PHOTOS or any(size > settings.FILE_LIMIT_BYTES for size in sizes) or sum(sizes) > MOST_BYTES:
        return Problem(str(REFUSED[NotAPhoto]))
    try:
        made = _asked(request, order, How(form, tag(language)))
    except AlreadyInRepair as refusal:
        return repair_path(refusal.repair_id) if _is_theirs(refusal, order) else Problem(refused_words(refusal))
    except RepairRefused as refusal:
        return Problem(refused_words(refusal))
    return repair_path(made.id)


def _asked(request: HttpRequest, order: Order, how: How) -> Repair:
    text = request.POST.get("line", "")
    line = line_of(order, int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1)
    return request_with_photos(
        order_id=order.id,
        line_id=line.id,
        serial=request.POST.get("serial", "").replace("\0", "")[:200],
        said=said_in(request.POST, request.FILES.getlist("photos")),
        readings=[one.id for one in readings_in(order.id, request.POST.getlist("reading"))],
        how=how,
        by=By(BY, store_id=order.store_id),
        at=clock.now(),
    )


def _is_theirs(refusal: AlreadyInRepair, order: Order) -> bool:
    return Repair.objects.filter(id=refusal.repair_id, customer_id=order.customer_id).exists()


def page(request: HttpRequest, order: Order, token: str, language: str, problem: Problem | None) -> HttpResponse:
    """The form, filled in with what is known and what photos say; while one is being read, that."""
    given = request.POST if request.method == "POST" else request.GET
    photos = looked(request, order, clock.now())
    if photos.is_waited_for:
        waiting = {"order": order, "token": token, "language": language, "languages": NAMES, "hand": _by_hand(request)}
        shown = discreet(render(request, "repairs/reading.html", waiting))
        shown["Refresh"] = "2"
        return shown
    filled = photos.filled
    lines = [one for one in had_of(order) if one.delivered]
    meant = next((str(one.line.position) for one in lines if one.line.sku == filled.sku), "")
    known = {one.order_line_id: one for one in devices_of_order(order) if one.serial}
    is_fresh = problem is None or problem.is_stale
    context: dict[str, Any] = {
        "order": order,
        "token": token,
        "language": language,
        "languages": NAMES,
        "lines": lines,
        "chosen": given.get("line", "") or meant or (str(lines[0].line.position) if len(lines) == 1 else ""),
        "serial": given.get("serial", "")
        or filled.serial
        or (next(iter(known.values())).serial if len(known) == 1 else ""),
        "error_code": given.get("error_code", "") or filled.error_code,
        "symptom": given.get("symptom", "") or (Symptom.CODE if filled.error_code else ""),
        **photos.context(language),
        "symptoms": Symptom.choices,
        "repairs": [(one, repair_path(one.id)) for one in repairs_of(order)],
        "given": given,
        "problem": problem.words if problem else "",
        "had_photos": bool(request.FILES),
        "form_token": guard.issue() if is_fresh else given.get("form_token", ""),
    }
    return discreet(render(request, "repairs/ask.html", context, status=problem.status if problem else 200))


def _by_hand(request: HttpRequest) -> str:
    """The same form without waiting."""
    query = request.GET.copy()
    query["hand"] = "1"
    return query.urlencode()
