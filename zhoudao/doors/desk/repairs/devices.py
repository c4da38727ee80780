"""A customer's devices beside their page; one device with its warranty; and repairs asked for on their behalf."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.repairs.finding import device_or_404
from zhoudao.doors.desk.stock.choosing import day, names_of, whole
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.reach import of_their_work
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.eventlog.timeline import timeline
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.queries.orders import customer_seen
from zhoudao.rooms.repairs.commands.owning import describe_device, extend_warranty, settle_dispute
from zhoudao.rooms.repairs.commands.registering import What, register_device
from zhoudao.rooms.repairs.commands.requesting import How, request_repair
from zhoudao.rooms.repairs.kinds import Category, Symptom
from zhoudao.rooms.repairs.models import Device
from zhoudao.rooms.repairs.queries.devices import devices_of, packed_as, rivals_of
from zhoudao.rooms.repairs.queries.listing import TEAM, WRITE, repairs_of_device
from zhoudao.rooms.repairs.refusals import AlreadyInRepair, RepairRefused
from zhoudao.rooms.repairs.saying import said_in
from zhoudao.rooms.repairs.warranties import TERMS, parts_until, standing
from zhoudao.rooms.stock.refusals import StockRefused


@require_GET
@permit("repairs:read")
def of_customer(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """A person's devices with all their records, fetched beside their page."""
    viewer = viewer_of(request)
    group = customer_seen(viewer, customer_id)
    if not group:
        raise Http404
    now = clock.now()
    rows = [(one, standing(one, now.astimezone(ZoneInfo(one.store.zone)).date())) for one in devices_of(group)]
    may_write = viewer.may(WRITE) and Store.objects.filter(of_their_work(viewer.within(WRITE), TEAM, "id")).exists()
    context = {"rows": rows, "customer_id": customer_id, "may_write": may_write}
    return render(request, "desk/repairs/_of.html", context)


@require_http_methods(["GET", "POST"])
@permit("repairs:write")
def register(request: HttpRequest, customer_id: UUID) -> HttpResponse:
    """A device that was bought elsewhere, or of whose order we know nothing."""
    viewer, given, refusal = viewer_of(request), request.POST, ""
    group = customer_seen(viewer.within(WRITE), customer_id)
    if not group:
        raise Http404
    stores = list(Store.objects.filter(of_their_work(viewer.within(WRITE), TEAM, "id")).order_by("code"))
    if request.method == "POST":
        store = next((one for one in stores if one.code == given.get("store")), None)
        try:
            made = _registered(viewer, customer_id, store, given)
            messages.success(request, _("The device is registered."))
            return redirect("device", made.id)
        except (RepairRefused, StockRefused) as error:
            refusal = said(error)
    context = {"stores": stores, "customer_id": customer_id, "given": given, "refusal": refusal}
    context |= {"categories": Category.choices}
    return render(request, "desk/repairs/register.html", context, status=422 if refusal else 200)


@require_GET
@permit("repairs:read")
def device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """One device: until when it is under warranty, because of what, whose it is, and its repairs."""
    return _shown(request, device_or_404(viewer_of(request), device_id))


@require_POST
@permit("repairs:read")
def act(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Its warranty is extended, it is put right what it is or whose, or a repair of it is asked for."""
    viewer, do = viewer_of(request), request.POST.get("do", "")
    if do not in ("extend", "settle", "describe", "repair"):
        return HttpResponseBadRequest()
    found = device_or_404(viewer, device_id, WRITE)
    try:
        number = _do(request, do, found, {"device_id": found.id, "by": By(viewer.actor), "at": clock.now()})
    except AlreadyInRepair as refusal:
        messages.error(request, said(refusal))
        return redirect("repair", refusal.detail)
    except (RepairRefused, StockRefused) as refusal:
        return _shown(request, found, refusal=said(refusal))
    if number:
        messages.success(request, _("The repair is asked for."))
        return redirect("repair", number)
    messages.success(request, _("Noted."))
    return redirect("device", found.id)


def what_in(given: QueryDict) -> tuple[What, date | None]:
    """What a form says a device is, and when it arrived."""
    names = ("sku", "name", "serial", "brand", "category", "batch")
    what = What(**{name: given.get(name, "")[:200] for name in names}, bought_date=day(given.get("bought", "")))
    return what, day(given.get("delivered", ""))


def _registered(viewer: Viewer, customer_id: UUID, store: Store | None, given: QueryDict) -> Device:
    if store is None:
        raise Http404
    what, _delivered = what_in(given)
    by = By(viewer.actor, channel="desk")
    return register_device(customer_id=customer_id, store_id=store.id, what=what, by=by, at=clock.now())


def _do(request: HttpRequest, do: str, found: Device, asked: dict[str, Any]) -> str:
    """Returns the number of the repair that was asked for, if one was."""
    given = request.POST
    key = uuid_in(given.get("key", "")) or uuid4()
    if do == "repair":
        made = request_repair(said=said_in(given, request.FILES.getlist("photos")), how=How(key), **asked)
        return made.number
    if do == "extend":
        reason, is_sold = given.get("reason", ""), given.get("sold") == "yes"
        extend_warranty(months=whole(given.get("months", "")), is_sold=is_sold, reason=reason, key=key, **asked)
    elif do == "settle":
        settle_dispute(is_theirs=given.get("theirs") == "yes", **asked)
    else:
        what, delivered = what_in(given)
        describe_device(what=what, delivered_date=delivered, **asked)
    return ""


def _shown(request: HttpRequest, found: Device, *, refusal: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    today = clock.now().astimezone(ZoneInfo(found.store.zone)).date()
    extensions = sorted(found.extensions.all(), key=lambda one: one.at)
    names = names_of({one.actor for one in extensions})
    repairs = repairs_of_device(found)
    context = {
        "device": found,
        "standing": standing(found, today),
        "terms": TERMS.get(found.terms_why, ""),
        "part_terms": parts_until(found),
        "packed": ", ".join(packed_as(found)),
        "extensions": [(one, names.get(one.actor, one.actor)) for one in extensions],
        "rivals": [(one, bool(customer_seen(viewer, one.customer_id))) for one in rivals_of(found)],
        "repairs": repairs,
        "in_repair": next((one for one in repairs if one.is_open), None),
        "may_see_customer": bool(customer_seen(viewer, found.customer_id)),
        "may_write": device_may(viewer, found),
        "categories": Category.choices,
        "symptoms": Symptom.choices,
        "happened": timeline([found.id])[::-1],
        "given": request.POST,
        "key": uuid4(),
        "refusal": refusal,
    }
    return render(request, "desk/repairs/device.html", context, status=422 if refusal else 200)


def device_may(viewer: Viewer, found: Device) -> bool:
    """Whether they may change it."""
    try:
        device_or_404(viewer, found.id, WRITE)
    except Http404:
        return False
    return True
